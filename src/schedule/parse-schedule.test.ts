// Schedules as text: what is taken, what is refused, and where the message points.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSchedule } from "./parse-schedule.ts";
import type { Schedule } from "./schedule.ts";

function read(text: string): Schedule {
  const parsed = parseSchedule(text);
  assert.ok(parsed.ok, `${text}: ${parsed.ok ? "" : parsed.error.message}`);
  return parsed.schedule;
}

test("five fields, six with seconds, and names for the common ones", () => {
  assert.deepEqual(read("5 4 3 2 1"), {
    seconds: [0],
    minutes: [5],
    hours: [4],
    daysOfMonth: [3],
    lastDayOfMonth: false,
    months: [2],
    daysOfWeek: [1],
    eitherDay: true,
    follows: "wall",
  });
  assert.deepEqual(read("*/20 5 4 3 2 1").seconds, [0, 20, 40]);
  assert.deepEqual(read("@yearly"), read("0 0 1 1 *"));
  assert.deepEqual(read("@monthly"), read("0 0 1 * *"));
  assert.deepEqual(read(" @Weekly "), read("0 0 * * SUN"));
  assert.deepEqual(read("@daily"), read("0 0 * * *"));
  assert.deepEqual(read("@hourly"), read("0  *\t* * *"));
});

test("lists, ranges, steps and names", () => {
  assert.deepEqual(read("1,3-5,3,50-59/4 * * * *").minutes, [1, 3, 4, 5, 50, 54, 58]);
  assert.deepEqual(read("* 5/6 * * *").hours, [5, 11, 17, 23]);
  assert.deepEqual(read("* * * jan-MAR,Dec *").months, [1, 2, 3, 12]);
  assert.deepEqual(read("* * * * MON-FRI").daysOfWeek, [1, 2, 3, 4, 5]);
  assert.deepEqual(read("* * * * 7").daysOfWeek, [0]);
  assert.deepEqual(read("* * * * 5-7").daysOfWeek, [0, 5, 6]);
  assert.deepEqual(read("* * * * sat-sun").daysOfWeek, [0, 6]);
  assert.deepEqual(read("* * * * sun-tue").daysOfWeek, [0, 1, 2]);
  assert.deepEqual(read("* * L,15 * *").daysOfMonth, [15]);
  assert.equal(read("* * L,15 * *").lastDayOfMonth, true);
});

test("a day field is restricted unless it is `*`, `?` or `*/1`", () => {
  for (const text of ["* * * * 1", "* * ? * 1", "* * */1 * 1", "* * 1 * *", "* * 1 * ?"])
    assert.equal(read(text).eitherDay, false, text);
  for (const text of ["* * 1-31 * 1", "* * */2 * 1", "* * L * 1"])
    assert.equal(read(text).eitherDay, true, text);
});

test("a schedule of every hour follows elapsed time, others the wall clock", () => {
  for (const text of ["0 * * * *", "*/5 0-23 1 * *", "0 */1 * * *"])
    assert.equal(read(text).follows, "elapsed", text);
  for (const text of ["0 1 * * *", "* 9-17 * * *", "*/5 */2 * * *"])
    assert.equal(read(text).follows, "wall", text);
});

test("a message says what is wrong and where", () => {
  const cases: readonly (readonly [text: string, at: number, length: number, message: RegExp])[] = [
    ["", 0, 0, /empty/],
    ["  ", 0, 2, /empty/],
    ["* * * *", 7, 0, /there are 4/],
    ["* * * * * * *", 12, 1, /one too many/],
    ["60 * * * *", 0, 2, /minute must be a number from 0 to 59$/],
    ["0 24 * * *", 2, 2, /hour must be a number from 0 to 23/],
    ["0 0 0 * *", 4, 1, /day of the month .* from 1 to 31/],
    ["0 0 * foo *", 6, 3, /month .* from 1 to 12 or a name such as JAN/],
    ["0 0 * * 8", 8, 1, /from 0 to 7 or a name such as SUN/],
    ["0 0 * * mon,tues", 12, 4, /day of the week/],
    ["60 0 0 * * *", 0, 2, /second must/],
    ["1,,2 * * * *", 2, 1, /missing/],
    ["1, * * * *", 2, 1, /missing/],
    ["*/0 * * * *", 2, 1, /step of the minute must be a number from 1 to 59/],
    ["*/60 * * * *", 2, 2, /step/],
    ["*/ * * * *", 2, 1, /step/],
    ["1-2-3 * * * *", 2, 3, /minute must/],
    ["0 22-6 * * *", 2, 4, /ends before it begins/],
    ["? * * * *", 0, 1, /minute must/],
    ["0 0 * * L", 8, 1, /day of the week must/],
    ["-1 * * * *", 0, 1, /minute must/],
    ["1.5 * * * *", 0, 3, /minute must/],
    ["@often", 0, 6, /@yearly, @monthly, @weekly, @daily, @hourly/],
    ["@daily 5", 7, 1, /takes no fields/],
    ["0".repeat(501), 500, 1, /at most 500 characters/],
  ];
  for (const [text, at, length, message] of cases) {
    const parsed = parseSchedule(text);
    assert.ok(!parsed.ok, text);
    assert.match(parsed.error.message, message, text);
    assert.deepEqual([parsed.error.at, parsed.error.length], [at, length], text);
  }
});
