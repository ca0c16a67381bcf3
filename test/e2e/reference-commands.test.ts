// The commands on pages of the reference are typed as they stand: on one server that the first of these pages starts. Those
// of the README need nothing but a clone.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { freePorts } from "../documentation/free-ports.ts";
import { playGuide } from "../documentation/play-guide.ts";
import { deedsOf, firstOfServer, pagesOfServer, readme } from "../documentation/played-pages.ts";
import { readerOf } from "../documentation/reader-of.ts";
import { root } from "../tidy/source-files.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-reference-commands-"));

after(() => rmSync(home, { recursive: true, force: true }));

describe("side by side", { concurrency: 2 }, () => {
  test(firstOfServer, async (t) => {
    const server = join(home, "server");
    const replace = await freePorts();
    await playGuide(
      readerOf(firstOfServer, server, replace),
      deedsOf(firstOfServer),
      () => {},
      async () => {
        for (const page of pagesOfServer) {
          await t.test(page, () => playGuide(readerOf(page, server, replace), deedsOf(page)));
        }
      },
    );
  });

  test(readme, async () => {
    const reader = readerOf(readme, join(home, "clone"), await freePorts());
    mkdirSync(join(reader.folder, "bin"));
    symlinkSync(join(root, "bin/dispatched"), join(reader.folder, "bin/dispatched"));
    await playGuide(reader, deedsOf(readme));
  });
});
