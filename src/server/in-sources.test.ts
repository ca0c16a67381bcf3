// Given the trace of a bundled file, the places of its sources.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { inSources } from "./in-sources.ts";

test("places of a bundled file are told as those of its sources", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-sources-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, "inner.ts"),
    "interface Gone {\n  a: 1;\n}\nexport const inner = (_: Gone) => {\n  throw new Error('x');\n};\n",
  );
  writeFileSync(join(folder, "outer.ts"), "import { inner } from './inner.ts';\n\ninner({ a: 1 });\n");
  const outfile = join(folder, "out/outer.js");
  const entryPoints = [join(folder, "outer.ts")];
  await build({ entryPoints, outfile, bundle: true, format: "esm", sourcemap: "linked" });
  writeFileSync(join(folder, "out/package.json"), '{"type": "module"}');
  const { stderr } = spawnSync(process.execPath, [outfile], { encoding: "utf8" });
  assert.match(stderr, /out\/outer\.js:\d+:\d+/);
  const told = inSources(stderr);
  const at = pathToFileURL(folder).href;
  assert.ok(told.includes(`${at}/inner.ts:5:9`), told);
  assert.ok(told.includes(`${at}/outer.ts:3:1`), told);
});

test("what has no map stays as it is", () => {
  const trace = `Error: x\n    at f (${import.meta.url}:1:2)\n    at g (file:///nowhere/there.js:3:4)\n    at node:fs:1:1`;
  assert.equal(inSources(trace), trace);
});
