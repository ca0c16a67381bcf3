// The log's two forms.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LineLog } from "./line-log.ts";

function logged(human: boolean): readonly string[] {
  const lines: string[] = [];
  const log = new LineLog("info", { human, write: (line) => lines.push(line) });
  log.write("debug", "engine.idle", {});
  log.write("error", "request.failed", { at: "nowhere", run: "run_1", count: 2 });
  return lines;
}

test("a line of JSON says when, how grave and what, whatever the fields are named", () => {
  const lines = logged(false);
  assert.equal(lines.length, 1);
  const { at, ...rest } = JSON.parse(lines[0] as string) as Record<string, unknown>;
  assert.match(String(at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, { level: "error", event: "request.failed", run: "run_1", count: 2 });
});

test("a line for people is short", () => {
  assert.match(
    logged(true)[0] as string,
    /^\d\d:\d\d:\d\dZ error request\.failed {2}at=nowhere run=run_1 count=2\n$/,
  );
});
