// The guides are done as they stand: each page by a reader of its own, with what getting-started left running.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";
import { freePorts } from "../documentation/free-ports.ts";
import { type Deed, guideOf } from "../documentation/guide-of.ts";
import { playGuide } from "../documentation/play-guide.ts";
import { readPage } from "../documentation/read-page.ts";
import { root } from "../tidy/source-files.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-guides-"));
const first = "getting-started.md";
const pages = readdirSync(join(root, "docs")).filter(
  (file) => file.endsWith(".md") && !["index.md", "errors.md", first].includes(file),
);

after(() => rmSync(home, { recursive: true, force: true }));

function deedsOf(page: string): readonly Deed[] {
  return guideOf(page, readPage(readFileSync(join(root, "docs", page), "utf8")));
}

function readerOf(page: string, where: string, replace: Readonly<Record<string, string>>) {
  const folder = join(home, where, page.replace(".md", ""));
  mkdirSync(folder, { recursive: true });
  const env = {
    ...process.env,
    PATH: [join(root, "bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
    DISPATCHED_HOME: join(home, where, "home"),
    DISPATCHED_PORT: replace["4000"],
    NO_COLOR: "1",
  };
  return { page, folder, env, replace };
}

test("getting started", async () => {
  await playGuide(readerOf(first, "first", await freePorts()), deedsOf(first));
});

test("the other guides, with the shop and the engine of getting started", async (t) => {
  const replace = await freePorts();
  const running = deedsOf(first).filter(
    (deed) =>
      deed.type === "save" || (deed.where === "stays" && !deed.script.startsWith("dispatched listen")),
  );
  await playGuide(
    readerOf(first, "others", replace),
    running,
    () => {},
    async () => {
      for (const page of pages) {
        await t.test(page, async () => {
          const deeds = deedsOf(page);
          const shows = deeds.some((deed) => deed.type === "enter" && deed.prints !== null);
          assert.ok(shows, "the page shows nothing that runs");
          await playGuide(readerOf(page, "others", replace), deeds);
        });
      }
    },
  );
});

test("every guide tells what to do when it fails", () => {
  for (const page of [first, ...pages]) {
    const text = readFileSync(join(root, "docs", page), "utf8");
    assert.match(text, /^## What if it fails$/m, page);
  }
});
