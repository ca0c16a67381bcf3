// Searches the wall clock for times that match a schedule, without any time zone.

import type { Schedule } from "./schedule.ts";

const daySeconds = 86_400;
const dayMs = 86_400_000;

interface Month {
  /** The day number of its first day: days since 1970-01-01. */
  readonly firstDay: number;
  readonly length: number;
  /** 1 to 12. */
  readonly number: number;
}

/**
 * The first matching wall time from `from` to `until`, both included; wall times are seconds since 1970-01-01T00:00:00
 * on a clock that never changes.
 */
export function nextWallTime(schedule: Schedule, from: number, until: number): number | null {
  const today = Math.floor(from / daySeconds);
  const time = nextTimeOfDay(schedule, from - today * daySeconds);
  const start = time === null ? today + 1 : today;
  const day = nextDay(schedule, start, Math.floor(until / daySeconds));
  if (day === null) return null;
  const due = day * daySeconds + (day === today && time !== null ? time : firstTimeOfDay(schedule));
  return due <= until ? due : null;
}

/** The last matching wall time from `from` to `until`, both included. */
export function lastWallTime(schedule: Schedule, from: number, until: number): number | null {
  const today = Math.floor(until / daySeconds);
  const time = lastTimeOfDay(schedule, until - today * daySeconds);
  const start = time === null ? today - 1 : today;
  const day = lastDay(schedule, start, Math.floor(from / daySeconds));
  if (day === null) return null;
  const latest = lastTimeOfDay(schedule, daySeconds - 1) ?? 0;
  const due = day * daySeconds + (day === today && time !== null ? time : latest);
  return due >= from ? due : null;
}

function nextDay(schedule: Schedule, from: number, until: number): number | null {
  let day = from;
  while (day <= until) {
    const month = monthOf(day);
    const end = month.firstDay + month.length;
    if (schedule.months.includes(month.number)) {
      for (; day < end; day++) if (isDueOn(schedule, day, month)) return day;
    }
    day = end;
  }
  return null;
}

function lastDay(schedule: Schedule, from: number, until: number): number | null {
  let day = from;
  while (day >= until) {
    const month = monthOf(day);
    if (schedule.months.includes(month.number)) {
      for (; day >= month.firstDay; day--) if (isDueOn(schedule, day, month)) return day;
    }
    day = month.firstDay - 1;
  }
  return null;
}

function monthOf(day: number): Month {
  const date = new Date(day * dayMs);
  const [year, index] = [date.getUTCFullYear(), date.getUTCMonth()];
  const length = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
  return { firstDay: day - date.getUTCDate() + 1, length, number: index + 1 };
}

function isDueOn(schedule: Schedule, day: number, month: Month): boolean {
  const dayOfMonth = day - month.firstDay + 1;
  const byMonth =
    schedule.daysOfMonth.includes(dayOfMonth) || (schedule.lastDayOfMonth && dayOfMonth === month.length);
  // 1970-01-01 was a Thursday.
  const byWeek = schedule.daysOfWeek.includes((((day + 4) % 7) + 7) % 7);
  return schedule.eitherDay ? byMonth || byWeek : byMonth && byWeek;
}

function firstTimeOfDay({ hours, minutes, seconds }: Schedule): number {
  return at(hours[0], minutes[0], seconds[0]);
}

function nextTimeOfDay({ hours, minutes, seconds }: Schedule, from: number): number | null {
  const [hour, minute, second] = split(from);
  if (hours.includes(hour)) {
    if (minutes.includes(minute)) {
      const nextSecond = seconds.find((value) => value >= second);
      if (nextSecond !== undefined) return at(hour, minute, nextSecond);
    }
    const nextMinute = minutes.find((value) => value > minute);
    if (nextMinute !== undefined) return at(hour, nextMinute, seconds[0]);
  }
  const nextHour = hours.find((value) => value > hour);
  return nextHour === undefined ? null : at(nextHour, minutes[0], seconds[0]);
}

function lastTimeOfDay({ hours, minutes, seconds }: Schedule, until: number): number | null {
  const [hour, minute, second] = split(until);
  if (hours.includes(hour)) {
    if (minutes.includes(minute)) {
      const lastSecond = seconds.findLast((value) => value <= second);
      if (lastSecond !== undefined) return at(hour, minute, lastSecond);
    }
    const lastMinute = minutes.findLast((value) => value < minute);
    if (lastMinute !== undefined) return at(hour, lastMinute, seconds.at(-1));
  }
  const lastHour = hours.findLast((value) => value < hour);
  return lastHour === undefined ? null : at(lastHour, minutes.at(-1), seconds.at(-1));
}

function split(timeOfDay: number): readonly [number, number, number] {
  return [Math.floor(timeOfDay / 3600), Math.floor(timeOfDay / 60) % 60, timeOfDay % 60];
}

/** No field is empty: the default is never taken. */
function at(hour = 0, minute = 0, second = 0): number {
  return (hour * 60 + minute) * 60 + second;
}
