// The long check knows what has passed, and goes on with the rest.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./source-files.ts";

test("what has passed for this commit is not run again; what passed for another is", () => {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-long-"));
  const kept = join(folder, "kept.json");
  const ask = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/check-long.ts"), "--kept", kept, ...args], {
      encoding: "utf8",
    });
  try {
    const [at = "", ...rest] = ask("--list").stdout.trim().split("\n");
    const lines = rest.filter((line) => !line.startsWith("NOT RUN"));
    const commit = /^at (\S+)$/.exec(at)?.[1];
    assert.ok(lines.length > 100 && lines.every((line) => line.startsWith("to run  ")), at);
    const outcome = {
      passed: true,
      seconds: 7,
      lastLine: "all is well",
      endedAt: "2026-01-31T00:00:00.000Z",
    };
    const parts = { canaries: { ...outcome, commit }, newcomer: { ...outcome, commit: "another" } };
    writeFileSync(kept, JSON.stringify(parts));
    const again = ask("--only", "canaries");
    assert.match(again.stdout, /^passed {2}canaries \(7 s\): all is well \(kept\)\n1 passed, 0 failed$/m);
    assert.equal(again.status, 0);
    assert.match(
      ask("--list", "--only", "newcomer").stdout,
      /^to run {2}newcomer \(7 s, at another passed\)/m,
    );
    assert.equal(ask("--only", "nothing").status, 2);
    assert.deepEqual(JSON.parse(readFileSync(kept, "utf8")), parts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
