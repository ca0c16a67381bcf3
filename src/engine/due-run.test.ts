// Due times of schedules around the start of an engine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSchedule } from "../schedule/parse-schedule.ts";
import { dueRun } from "./due-run.ts";

const parsed = parseSchedule("* * * * *");
assert.ok(parsed.ok);
const { schedule } = parsed;
const minute = 60_000;

function due(catchUp: "none" | "latest", jitterMs: number, startAt: number, upSince: number) {
  return dueRun(schedule, { scheduledAt: minute, startAt, timezone: "UTC", catchUp, jitterMs }, upSince);
}

test("a time within its jitter when the engine came up was not missed", () => {
  assert.deepEqual(due("none", 10 * minute, 5 * minute, 3 * minute), { start: minute, last: minute });
  assert.deepEqual(due("latest", 10 * minute, 5 * minute, 3 * minute), { start: minute, last: minute });
});

test("of missed times none or the latest starts a run", () => {
  assert.deepEqual(due("latest", 0, minute, 10 * minute + 1), { start: 10 * minute, last: 10 * minute });
  assert.deepEqual(due("none", 0, minute, 10 * minute + 1), { start: null, last: 10 * minute });
});

test("those that may still be within their jitter are not passed over together with the missed ones", () => {
  assert.deepEqual(due("none", 4 * minute, 2 * minute, 10 * minute + 1), { start: null, last: 6 * minute });
  assert.deepEqual(due("none", 60 * minute, 2 * minute, 10 * minute + 1), { start: null, last: minute });
});

test("of the missed times of a replaced trigger the latest that is its own starts a run", () => {
  const times = {
    scheduledAt: minute,
    startAt: minute,
    timezone: "UTC",
    catchUp: "latest",
    jitterMs: 0,
  } as const;
  const latestBy = (until: number) => dueRun(schedule, times, 10 * minute + 1, until).start;
  assert.equal(latestBy(minute), minute);
  assert.equal(latestBy(4 * minute), 4 * minute);
  assert.equal(latestBy(5 * minute - 1), 4 * minute);
  assert.equal(latestBy(60 * minute), 10 * minute);
});
