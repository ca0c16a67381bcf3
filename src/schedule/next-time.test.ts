// Due times by example: ordinary days, months that lack a day, and clocks that change.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isTimeZone } from "./is-time-zone.ts";
import { jitterOf } from "./jitter-of.ts";
import { lastTimeBefore } from "./last-time-before.ts";
import { nextTime, nextTimes } from "./next-time.ts";
import { parseSchedule } from "./parse-schedule.ts";
import type { Schedule } from "./schedule.ts";

function read(text: string): Schedule {
  const parsed = parseSchedule(text);
  assert.ok(parsed.ok);
  return parsed.schedule;
}

/** Due times after `after`, in UTC without the seconds when these are 0. */
function times(text: string, timeZone: string, after: string, count: number): string {
  return nextTimes(read(text), timeZone, Date.parse(after), count)
    .map((ms) => new Date(ms).toISOString().slice(0, 19).replace(/:00$/, ""))
    .join(" ");
}

test("a due time is after the moment asked for, and a whole second", () => {
  assert.equal(times("0 9 * * *", "UTC", "2026-01-01T08:59:59.999Z", 1), "2026-01-01T09:00");
  assert.equal(times("0 9 * * *", "UTC", "2026-01-01T09:00:00Z", 1), "2026-01-02T09:00");
  assert.equal(
    times("* * * * * *", "UTC", "1969-12-31T23:59:58.5Z", 2),
    "1969-12-31T23:59:59 1970-01-01T00:00",
  );
  assert.equal(times("30 5 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", 1), "2026-01-02T00:00");
});

test("days of the month and of the week", () => {
  assert.equal(times("0 0 31 * *", "UTC", "2026-01-31T00:00:00Z", 2), "2026-03-31T00:00 2026-05-31T00:00");
  assert.equal(times("0 0 L * *", "UTC", "2028-01-31T00:00:00Z", 2), "2028-02-29T00:00 2028-03-31T00:00");
  assert.equal(times("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", 1), "2104-02-29T00:00");
  assert.equal(times("0 0 1 * MON", "UTC", "2026-01-01T00:00:00Z", 2), "2026-01-05T00:00 2026-01-12T00:00");
  assert.equal(times("0 0 1 * MON", "UTC", "2026-01-26T00:00:00Z", 2), "2026-02-01T00:00 2026-02-02T00:00");
});

test("what never comes is null", () => {
  for (const text of ["0 0 30 2 *", "0 0 31 4,6,9,11 *"]) {
    assert.equal(nextTime(read(text), "Europe/Berlin", 0), null);
    assert.deepEqual(nextTimes(read(text), "Europe/Berlin", 0, 3), []);
    assert.equal(lastTimeBefore(read(text), "Europe/Berlin", 1e12, 0), null);
  }
  for (const moment of [Number.NaN, Infinity, -Infinity, 8.64e15])
    assert.equal(nextTime(read("* * * * *"), "UTC", moment), null);
});

test("a wall time that the clock skips is due once, when the clock changes", () => {
  const berlin = (text: string, count: number) => times(text, "Europe/Berlin", "2026-03-29T00:50:00Z", count);
  assert.equal(berlin("30 2 * * *", 2), "2026-03-29T01:00 2026-03-30T00:30");
  assert.equal(berlin("*/10 2 * * *", 2), "2026-03-29T01:00 2026-03-30T00:00");
  assert.equal(berlin("0,30 2,3 * * *", 3), "2026-03-29T01:00 2026-03-29T01:30 2026-03-30T00:00");
  assert.equal(
    times("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2),
    "2026-10-03T15:30 2026-10-04T15:15",
  );
  assert.equal(
    times("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", 2),
    "2018-11-04T03:00 2018-11-05T02:00",
  );
  // Samoa had no 30 December 2011.
  assert.equal(
    times("0 9 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 3),
    "2011-12-29T19:00 2011-12-30T10:00 2011-12-30T19:00",
  );
});

test("a wall time that comes twice is due the first time", () => {
  assert.equal(
    times("30 2 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z", 2),
    "2026-10-25T00:30 2026-10-26T01:30",
  );
  assert.equal(
    times("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", 1),
    "2026-10-26T01:30",
    "asked between the two",
  );
  assert.equal(
    times("*/30 1-2 * * *", "America/New_York", "2026-11-01T04:59:00Z", 5),
    "2026-11-01T05:00 2026-11-01T05:30 2026-11-01T07:00 2026-11-01T07:30 2026-11-02T06:00",
  );
});

test("a schedule of every hour goes on in real time through both changes", () => {
  assert.equal(
    times("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:15:00Z", 3),
    "2026-03-29T00:30 2026-03-29T01:00 2026-03-29T01:30",
  );
  assert.equal(
    times("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 3),
    "2026-10-25T00:00 2026-10-25T01:00 2026-10-25T02:00",
  );
  // 02:00 is skipped by half an hour: no full hour between 01:00 and 03:00.
  assert.equal(
    times("0 * * * *", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", 2),
    "2026-10-03T14:30 2026-10-03T16:00",
  );
});

test("a second pass across midnight shows the day before once more", () => {
  // St. John's went from 00:01 on 29 October back to 23:01 on the 28th.
  assert.equal(
    times("30 * 28 * *", "America/St_Johns", "2006-10-29T02:30:30Z", 2),
    "2006-10-29T03:00 2006-11-28T04:00",
  );
  // The next match on a clock that never changes is a year away, the second pass a minute.
  assert.equal(times("30 * 28 10 *", "America/St_Johns", "2006-10-29T02:30:30Z", 1), "2006-10-29T03:00");
});

test("the last due time in a window", () => {
  const last = (text: string, zone: string, before: string, notBefore: string) => {
    const ms = lastTimeBefore(read(text), zone, Date.parse(before), Date.parse(notBefore));
    return ms === null ? null : new Date(ms).toISOString();
  };
  const zone = "Europe/Berlin";
  assert.equal(
    last("* * * * * *", zone, "2026-05-01T00:00:00.001Z", "2020-01-01"),
    "2026-05-01T00:00:00.000Z",
  );
  assert.equal(last("* * * * * *", zone, "2026-05-01T00:00:00Z", "2020-01-01"), "2026-04-30T23:59:59.000Z");
  assert.equal(last("30 2 * * *", zone, "2026-03-29T12:00:00Z", "2026-03-29"), "2026-03-29T01:00:00.000Z");
  assert.equal(last("30 2 * * *", zone, "2026-03-29T01:00:00Z", "2026-03-29"), null);
  assert.equal(last("30 2 * * *", zone, "2026-10-25T01:40:00Z", "2026-10-24"), "2026-10-25T00:30:00.000Z");
  assert.equal(last("0 0 29 2 *", zone, "2104-01-01", "2000-01-01"), "2096-02-28T23:00:00.000Z");
  assert.equal(last("0 9 * * *", "UTC", "2026-01-02", "2026-01-01T09:00:00Z"), "2026-01-01T09:00:00.000Z");
  assert.equal(last("0 9 * * *", "UTC", "2026-01-02", "2026-01-01T09:00:00.001Z"), null);
  assert.equal(
    last("0 * 29 * *", "America/St_Johns", "2006-10-29T02:40:00Z", "2006-01-01"),
    "2006-10-29T02:30:00.000Z",
  );
  assert.equal(
    last("0 * 29 10 *", "America/St_Johns", "2006-10-29T02:40:00Z", "2000-01-01"),
    "2006-10-29T02:30:00.000Z",
  );
});

test("time zones are those of the runtime", () => {
  for (const name of ["UTC", "Europe/Berlin", "europe/berlin", "Pacific/Chatham", "+05:30"])
    assert.equal(isTimeZone(name), true, name);
  for (const name of ["", "Mars/Base", "CET+1", "Europe/Berlin "])
    assert.equal(isTimeZone(name), false, name);
});

test("jitter is a whole number within its bounds, the same for the same due time", () => {
  const drawn = Array.from({ length: 1000 }, (_, index) => jitterOf("sch_1", index * 60_000, 9));
  assert.deepEqual(new Set(drawn), new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  assert.equal(jitterOf("sch_1", 60_000, 30_000), jitterOf("sch_1", 60_000, 30_000));
  assert.notEqual(jitterOf("sch_1", 60_000, 30_000), jitterOf("sch_2", 60_000, 30_000));
  assert.equal(jitterOf("sch_1", 60_000, 0), 0);
});
