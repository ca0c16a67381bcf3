// The newcomer's way, timed: a fresh clone, and nothing typed but what docs/getting-started.md says, from the installation to
// a workflow run by a webhook and seen live, in five minutes at most. The gate does the same without the clone
// (test/e2e/guides.test.ts).
//
// Usage: node test/newcomer/main.ts

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../documentation/free-ports.ts";
import { guideOf } from "../documentation/guide-of.ts";
import { playGuide } from "../documentation/play-guide.ts";
import { readPage } from "../documentation/read-page.ts";

const root = join(import.meta.dirname, "../..");
const temporary = mkdtempSync(join(tmpdir(), "dispatched-newcomer-"));
const folder = join(temporary, "dispatched");
const page = "docs/getting-started.md";
const secondsMax = 300;

try {
  const began = performance.now();
  const passed = () => (performance.now() - began) / 1000;
  const seconds = () => `${passed().toFixed(1)} s`;
  const cloned = spawnSync("git", ["clone", "-q", "--no-hardlinks", root, folder], { encoding: "utf8" });
  assert.equal(cloned.status, 0, cloned.stderr);
  console.log(`cloned after ${seconds()}`);
  const replace = await freePorts();
  // The shell of somebody who has Node and npm, and none of ours.
  const { PATH = "", HOME } = process.env;
  const path = PATH.split(":").filter((part) => !part.startsWith(root) && !/node_modules/.test(part));
  const home = join(temporary, "home");
  const env = {
    HOME,
    PATH: path.join(":"),
    DISPATCHED_HOME: home,
    DISPATCHED_PORT: replace["4000"],
    NO_COLOR: "1",
  };
  const deeds = guideOf(page, readPage(readFileSync(join(folder, page), "utf8")));
  await playGuide({ page, folder, env, replace, clone: true }, deeds, (deed) => {
    if (deed.type === "save") console.log(`saved ${deed.file} after ${seconds()}`);
    else if (deed.where !== "watched") {
      console.log(`typed ${deed.script.trim().split("\n")[0]} after ${seconds()}`);
    }
  });
  console.log(`from nothing to a workflow run by a webhook and seen live: ${seconds()}`);
  if (passed() > secondsMax) {
    console.log(`that is more than the ${secondsMax} s that it may take`);
    process.exitCode = 1;
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
