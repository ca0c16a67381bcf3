// What was played counts as long as a world is made of the same.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadedBy } from "./run-parts.ts";

test("schedules, the sandbox and the streams of the server are of a world; what nobody loads there is not", async () => {
  const files = await loadedBy(join(import.meta.dirname, "main.ts"));
  for (const one of [
    "schedule/next-time.ts",
    "sandbox/evaluator.ts",
    "server/follow-run.ts",
    "store/cursor.ts",
    "store/memory/memory-store.ts",
    "simulation/checkers/check-cron.ts",
  ]) {
    assert.ok(files.includes(`src/${one}`), one);
  }
  for (const one of ["cli/main.ts", "store/sqlite/schema.ts", "server/routes/run-routes.ts"]) {
    assert.ok(!files.includes(`src/${one}`), one);
  }
});
