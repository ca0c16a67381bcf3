// Due times compared with those of cron-parser, over three years and in detail around changes of the clock.

import assert from "node:assert/strict";
import { CronExpressionParser } from "cron-parser";
import { nextTime } from "../../src/schedule/next-time.ts";
import { parseSchedule } from "../../src/schedule/parse-schedule.ts";
import type { Schedule } from "../../src/schedule/schedule.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearsFrom = Date.UTC(2017, 0, 1);
const yearsUntil = Date.UTC(2020, 0, 1);

/** Seldom enough for three whole years. */
const seldom = [
  "@daily",
  "@weekly",
  "@monthly",
  "@yearly",
  "30 2 * * *",
  "15 2 * * SUN",
  "0 9 * * MON-FRI",
  "45 23 L * *",
  "0 0 1,15 * *",
  "0 0 13 * FRI",
  "0 3 29 2 *",
  "30 1 1-7 3,10,11 *",
  "0 6,18 * JAN *",
];

/** Compared for a week around each change, and over three whole years when there is time. */
const hourly = ["@hourly", "7 * * * *", "0 */2 * * *"];

/** Compared for a week around each change. */
const frequent = [...hourly, "*/15 * * * *", "*/20 1-3 * * *", "30 0 0-4 * * *", "0 0/45 22-23 * * ?"];

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Asia/Gaza",
  "Pacific/Chatham",
  "Australia/Lord_Howe",
];

/** Compared when there is time. */
const moreZones = [
  "Africa/Casablanca",
  "America/Havana",
  "America/Santiago",
  "Asia/Beirut",
  "Asia/Kathmandu",
  "Asia/Pyongyang",
  "Asia/Tehran",
  "Europe/Dublin",
  "Pacific/Fiji",
];

/**
 * Zones compared only near their changes, up to two days before each and from a day after it, as cron-parser cannot take their changes:
 * Lord Howe's and Pyongyang's by half an hour ("loop limit exceeded", or a day's due times lost), and Chatham's at a quarter to the full
 * hour (quarters of an hour lost, or the same time for ever).
 */
const apart: readonly string[] = ["Asia/Pyongyang", "Australia/Lord_Howe", "Pacific/Chatham"];

type Window = readonly [from: number, until: number];

interface Change {
  readonly at: number;
  /** How far the clock jumps ahead; negative when it goes back. */
  readonly aheadMs: number;
  /** The clock goes back to midnight. */
  readonly repeatsMidnight: boolean;
}

/** How far the wall clock is ahead of UTC. */
function offsetReader(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => Date.parse(`${format.format(at).replace(" ", "T")}Z`) - at;
}

/** Changes between two moments, to the half hour at which they all take place. */
function changesIn(timeZone: string, from: number, until: number): readonly Change[] {
  const offsetMs = offsetReader(timeZone);
  const changes: Change[] = [];
  for (let day = from; day < until; day += dayMs) {
    if (offsetMs(day) === offsetMs(day + dayMs)) continue;
    for (let at = day + hourMs / 2; at <= day + dayMs; at += hourMs / 2) {
      const aheadMs = offsetMs(at) - offsetMs(at - 1000);
      const repeatsMidnight = aheadMs < 0 && (at + offsetMs(at)) % dayMs === 0;
      if (aheadMs !== 0) changes.push({ at, aheadMs, repeatsMidnight });
    }
  }
  return changes;
}

function ours(schedule: Schedule, timeZone: string, [from, until]: Window): readonly number[] {
  const times: number[] = [];
  for (let time = nextTime(schedule, timeZone, from); time !== null && time < until; ) {
    times.push(time);
    time = nextTime(schedule, timeZone, time);
  }
  return times;
}

function theirs(text: string, timeZone: string, [from, until]: Window): readonly number[] {
  const expression = CronExpressionParser.parse(text, { tz: timeZone, currentDate: new Date(from) });
  const times: number[] = [];
  for (let time = expression.next().getTime(); time < until; time = expression.next().getTime())
    times.push(time);
  return times;
}

/*
 * The differences, all of schedules of certain hours, as docs/reference/language/triggers.md tells them:
 * - Where the clock skips their wall time we are due when it changes; cron-parser is due as long after that as the wall
 *   time lies in the gap: 02:30 becomes 03:00 with us and 03:30 there.
 * - We are due at the change even if the schedule is due in the hour after it, too; there, a skipped time that is not
 *   on the full hour is then lost (`30 0 0-4 * * *` at 03:00:00).
 * - Of an hour that comes twice we take the first; so does cron-parser, but for the hour after midnight.
 */
function isKnown(
  schedule: Schedule,
  side: "ours" | "theirs",
  time: number,
  { at, aheadMs, repeatsMidnight }: Change,
): boolean {
  if (schedule.follows !== "wall") return false;
  if (repeatsMidnight) {
    return side === "ours" ? time >= at + aheadMs && time < at : time >= at && time < at - aheadMs;
  }
  return aheadMs > 0 && (side === "ours" ? time === at : time > at && time < at + aheadMs);
}

export interface Tally {
  /** Due times that are equal. */
  compared: number;
  /** Those that differ as described. */
  different: number;
}

function compare(
  text: string,
  timeZone: string,
  window: Window,
  changes: readonly Change[],
  tally: Tally,
): void {
  const parsed = parseSchedule(text);
  assert.ok(parsed.ok, text);
  const sides = { ours: ours(parsed.schedule, timeZone, window), theirs: theirs(text, timeZone, window) };
  const foundThere = new Set(sides.theirs);
  const both = new Set(sides.ours.filter((time) => foundThere.has(time)));
  tally.compared += both.size;
  for (const side of ["ours", "theirs"] as const) {
    for (const time of sides[side]) {
      if (both.has(time)) continue;
      tally.different++;
      const known = changes.some((change) => isKnown(parsed.schedule, side, time, change));
      assert.ok(known, `${text} in ${timeZone}: only ${side} has ${new Date(time).toISOString()}`);
    }
  }
}

function closeWindows(timeZone: string, changes: readonly Change[]): readonly Window[] {
  if (changes.length === 0) return [[yearsFrom, yearsFrom + 7 * dayMs]];
  return changes.flatMap(({ at }): readonly Window[] =>
    apart.includes(timeZone)
      ? [
          [at - 4 * dayMs, at - 2 * dayMs],
          [at + dayMs, at + 3 * dayMs],
        ]
      : [[at - 3.5 * dayMs, at + 3.5 * dayMs]],
  );
}

/** @param all more zones and schedules, for some minutes. Throws where a difference is none of those that are described. */
export function compareWithCronParser(all: boolean): Tally {
  const tally: Tally = { compared: 0, different: 0 };
  const yearly = all ? [...seldom, ...hourly] : seldom;
  for (const timeZone of all ? [...zones, ...moreZones] : zones) {
    const changes = changesIn(timeZone, yearsFrom, yearsUntil);
    for (const text of apart.includes(timeZone) ? [] : yearly)
      compare(text, timeZone, [yearsFrom, yearsUntil], changes, tally);
    for (const text of frequent)
      for (const window of closeWindows(timeZone, changes)) compare(text, timeZone, window, changes, tally);
  }
  return tally;
}
