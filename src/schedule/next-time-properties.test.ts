// Due times against a walk through every minute of the days around changes of the clock, for generated schedules.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lastTimeBefore } from "./last-time-before.ts";
import { nextTime, nextTimes } from "./next-time.ts";
import { parseSchedule } from "./parse-schedule.ts";
import type { Schedule } from "./schedule.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Zones and days on which their clocks change, by whole, half and many hours, at midnight and within the day. */
const changes: readonly (readonly [timeZone: string, day: string])[] = [
  ["UTC", "2026-02-27"],
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/New_York", "2024-03-10"],
  ["America/New_York", "2024-11-03"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Sao_Paulo", "2018-02-18"],
  ["Pacific/Chatham", "2026-04-05"],
  ["Pacific/Chatham", "2026-09-27"],
  ["America/St_Johns", "2006-10-29"],
  ["America/St_Johns", "2006-04-02"],
  ["Africa/Casablanca", "2026-02-15"],
  ["Pacific/Apia", "2011-12-30"],
  ["Asia/Kolkata", "2026-12-31"],
];

interface WallMinute {
  readonly startMs: number;
  /** Minutes since 1970 on the wall clock. */
  readonly wall: number;
}

const walked = new Map<string, readonly WallMinute[]>();

/** Every minute from three days before the day to three days after it, with what the wall clock shows. */
function walk(timeZone: string, day: string): readonly WallMinute[] {
  const key = `${timeZone} ${day}`;
  const known = walked.get(key);
  if (known !== undefined) return known;
  const read = wallReader(timeZone);
  const start = Date.parse(day) - 3 * dayMs;
  const minutes = Array.from({ length: (6 * dayMs) / minuteMs }, (_, index) => {
    const startMs = start + index * minuteMs;
    return { startMs, wall: read(startMs) / minuteMs };
  });
  walked.set(key, minutes);
  return minutes;
}

/** What the wall clock shows, as the milliseconds at which a clock in UTC shows it. */
function wallReader(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (ms) => Date.parse(`${format.format(ms).replace(" ", "T")}Z`);
}

interface DrawnField {
  readonly text: string;
  readonly values: ReadonlySet<number>;
}

interface Drawn {
  readonly text: string;
  readonly minutes: DrawnField;
  readonly hours: DrawnField;
  readonly days: DrawnField;
  readonly months: DrawnField;
  readonly weekdays: DrawnField;
}

function span(min: number, max: number, step = 1): ReadonlySet<number> {
  const values = new Set<number>();
  for (let value = min; value <= max; value += step) values.add(value);
  return values;
}

function drawField(min: number, max: number): fc.Arbitrary<DrawnField> {
  const value = fc.integer({ min, max });
  return fc.oneof(
    fc.constant({ text: "*", values: span(min, max) }),
    fc
      .integer({ min: 2, max: max - min })
      .map((step) => ({ text: `*/${step}`, values: span(min, max, step) })),
    fc
      .array(value, { minLength: 1, maxLength: 4 })
      .map((list) => ({ text: list.join(), values: new Set(list) })),
    fc.tuple(value, value, fc.integer({ min: 1, max: max - min })).map(([a, b, step]) => {
      const [first, last] = a < b ? [a, b] : [b, a];
      return { text: `${first}-${last}/${step}`, values: span(first, last, step) };
    }),
  );
}

const always: fc.Arbitrary<DrawnField> = fc.constant({ text: "*", values: span(0, 31) });

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    minutes: drawField(0, 59),
    hours: fc.oneof(drawField(0, 23), drawField(0, 3)),
    days: fc.oneof({ weight: 3, arbitrary: always }, { weight: 1, arbitrary: drawField(1, 31) }),
    months: fc.oneof({ weight: 9, arbitrary: always }, { weight: 1, arbitrary: drawField(1, 12) }),
    weekdays: fc.oneof({ weight: 3, arbitrary: always }, { weight: 1, arbitrary: drawField(0, 6) }),
  })
  .map(({ minutes, hours, days, months, weekdays }) => {
    // Hours drawn from 0 to 3 say `*` and mean these four: the text must list them.
    const hoursText = [...hours.values].join();
    const text = [minutes.text, hoursText, days.text, months.text, weekdays.text].join(" ");
    return { text, minutes, hours, days, months, weekdays };
  });

function matches({ minutes, hours, days, months, weekdays }: Drawn, wall: number): boolean {
  const date = new Date(wall * minuteMs);
  const [byDay, byWeekday] = [days.values.has(date.getUTCDate()), weekdays.values.has(date.getUTCDay())];
  const isDay = days.text !== "*" && weekdays.text !== "*" ? byDay || byWeekday : byDay && byWeekday;
  return (
    isDay &&
    months.values.has(date.getUTCMonth() + 1) &&
    hours.values.has(date.getUTCHours()) &&
    minutes.values.has(date.getUTCMinutes())
  );
}

/** The due times among walked minutes, straight from the rule. */
function dueAmong(schedule: Drawn, minutes: readonly WallMinute[]): readonly number[] {
  const everyHour = schedule.hours.values.size === 24;
  const due: number[] = [];
  let reached = (minutes[0]?.wall ?? 0) - 1;
  for (const { startMs, wall } of minutes) {
    let isDue = false;
    if (everyHour) isDue = matches(schedule, wall);
    else for (let shown = reached + 1; shown <= wall; shown++) isDue ||= matches(schedule, shown);
    if (isDue) due.push(startMs);
    reached = Math.max(reached, wall);
  }
  return due;
}

function read(text: string): Schedule {
  const parsed = parseSchedule(text);
  assert.ok(parsed.ok, text);
  return parsed.schedule;
}

test("no due time is left out and none is added, in both directions", () => {
  const cases = fc.record({ drawn, change: fc.constantFrom(...changes), place: fc.nat(), width: fc.nat() });
  fc.assert(
    fc.property(cases, ({ drawn, change: [timeZone, day], place, width }) => {
      const minutes = walk(timeZone, day);
      const schedule = read(drawn.text);
      const due = dueAmong(drawn, minutes);
      const start = (minutes[0]?.startMs ?? 0) - 1;
      const found = nextTimes(schedule, timeZone, start, due.length);
      assert.deepEqual(found, due);
      for (const ms of due.slice(0, 50)) assert.equal(nextTime(schedule, timeZone, ms - 1), ms);
      const end = minutes.at(-1)?.startMs ?? 0;
      const beyond = nextTime(schedule, timeZone, due.at(-1) ?? start);
      assert.ok(beyond === null || beyond > end);
      const before = start + (place % (6 * dayMs));
      const notBefore = Math.max(start + 1, before - (width % (2 * dayMs)));
      const last = due.findLast((ms) => ms < before && ms >= notBefore) ?? null;
      assert.equal(lastTimeBefore(schedule, timeZone, before, notBefore), last);
      assert.equal(
        nextTime(schedule, timeZone, before - 1) ?? Infinity,
        due.find((ms) => ms >= before) ?? beyond ?? Infinity,
      );
    }),
    { numRuns: 1000 },
  );
});

test("due times rise, are whole seconds, and show the fields unless a change moved them", () => {
  const cases = fc.record({
    drawn,
    second: fc.integer({ min: 0, max: 59 }),
    timeZone: fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"),
    // From 1975 to 2059: since then all offsets of these zones are whole minutes.
    after: fc.integer({ min: 5 * 365, max: 90 * 365 }).map((days) => days * dayMs + 12_345),
  });
  fc.assert(
    fc.property(cases, ({ drawn, second, timeZone, after }) => {
      const schedule = read(`${second} ${drawn.text}`);
      const wallAt = wallReader(timeZone);
      let previous = after;
      for (const ms of nextTimes(schedule, timeZone, after, 20)) {
        assert.ok(ms > previous && ms % 1000 === 0);
        assert.equal(lastTimeBefore(schedule, timeZone, ms, after + 1), previous === after ? null : previous);
        assert.equal(lastTimeBefore(schedule, timeZone, ms + 1, after), ms);
        previous = ms;
        const wall = wallAt(ms);
        const isChange = wall - wallAt(ms - 1000) > 1000;
        assert.ok(
          isChange || (wall % minuteMs === second * 1000 && matches(drawn, Math.floor(wall / minuteMs))),
        );
      }
    }),
    { numRuns: 300 },
  );
});
