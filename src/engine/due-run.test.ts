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
  // The test's own jitter: each starts as late as the first.
  const startOf = (dueAt: number) => dueAt + startAt - minute;
  const times = { scheduledAt: minute, startAt, timezone: "UTC", catchUp, jitterMs, startOf };
  return dueRun(schedule, times, upSince);
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
    startOf: (dueAt: number) => dueAt,
  } as const;
  const latestBy = (until: number) => dueRun(schedule, times, 10 * minute + 1, until).start;
  assert.equal(latestBy(minute), minute);
  assert.equal(latestBy(4 * minute), 4 * minute);
  assert.equal(latestBy(5 * minute - 1), 4 * minute);
  assert.equal(latestBy(60 * minute), 10 * minute);
});

test("the latest is that of the missed ones, not one that is within its jitter still", () => {
  const at = (text: string) => Date.parse(`2026-03-02T${text}:00Z`);
  const hourly = parseSchedule("0 * * * *");
  assert.ok(hourly.ok);
  const starts: Readonly<Record<string, string>> = {
    "07:00": "07:05",
    "08:00": "08:25",
    "09:00": "09:20",
    "10:00": "10:29",
  };
  const played = (upSince: string, late = starts) => {
    const startOf = (dueAt: number) => at(late[new Date(dueAt).toISOString().slice(11, 16)] ?? "23:00");
    const started: (string | null)[] = [];
    for (let due = at("07:00"); due <= at("10:00"); ) {
      const times = {
        scheduledAt: due,
        startAt: startOf(due),
        timezone: "UTC",
        jitterMs: 30 * minute,
        startOf,
      };
      const { start, last } = dueRun(hourly.schedule, { ...times, catchUp: "latest" }, at(upSince));
      if (start !== null) started.push(new Date(start).toISOString().slice(11, 16));
      due = last + 60 * minute;
    }
    return started;
  };
  assert.deepEqual(played("10:05"), ["09:00", "10:00"], "10:00 was not missed: it has a run of its own");
  assert.deepEqual(played("10:59"), ["10:00"]);
  assert.deepEqual(
    played("10:05", { ...starts, "10:00": "10:02" }),
    ["10:00"],
    "it was missed, and is the latest",
  );
  assert.deepEqual(played("09:10"), ["08:00", "09:00", "10:00"]);
  assert.deepEqual(played("09:22"), ["09:00", "10:00"]);
});
