// The guides are done as they stand: each page by a reader of its own, with what getting-started left running.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePorts } from "../documentation/free-ports.ts";
import { playGuide } from "../documentation/play-guide.ts";
import { deedsOf, firstGuide, guides } from "../documentation/played-pages.ts";
import { readerOf } from "../documentation/reader-of.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-guides-"));

after(() => rmSync(home, { recursive: true, force: true }));

test("getting started, and the other guides with the shop and the engine that it leaves running", async (t) => {
  const replace = await freePorts();
  await playGuide(
    readerOf(firstGuide, home, replace),
    deedsOf(firstGuide),
    () => {},
    async () => {
      for (const page of guides) {
        await t.test(page, async () => {
          const deeds = deedsOf(page);
          const shows = deeds.some((deed) => deed.type === "enter" && deed.prints !== null);
          assert.ok(shows, "the page shows nothing that runs");
          await playGuide(readerOf(page, home, replace), deeds);
        });
      }
    },
  );
});
