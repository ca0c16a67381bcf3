// Reads a schedule: five fields of crontab, six with the seconds first, or a name such as `@daily`.

import { type FieldForm, parseField, type Word } from "./parse-field.ts";
import type { ParsedSchedule, ScheduleProblem } from "./schedule.ts";

const plain = { names: [], question: false, last: false, alias: null };
const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const seconds: FieldForm = { ...plain, name: "second", min: 0, max: 59 };
const minutes: FieldForm = { ...plain, name: "minute", min: 0, max: 59 };
const hours: FieldForm = { ...plain, name: "hour", min: 0, max: 23 };
const daysOfMonth: FieldForm = {
  ...plain,
  name: "day of the month",
  min: 1,
  max: 31,
  question: true,
  last: true,
};
const months: FieldForm = { ...plain, name: "month", min: 1, max: 12, names: monthNames };
const daysOfWeek: FieldForm = {
  ...plain,
  name: "day of the week",
  min: 0,
  max: 6,
  names: dayNames,
  question: true,
  alias: 7,
};

const named: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);

/** Longer than any schedule that a person writes, short enough to repeat in a message. */
const charactersMax = 500;

/**
 * Fields, in order: second (optional), minute, hour, day of the month, month, day of the week. A field is `*` or a
 * list, separated by commas, of `5`, `1-5`, `*` followed by `/15`, `10-40/5` or `5/15` (from 5 to the end). Months and
 * days have English names of three letters. Sunday is 0 and 7. `?` is `*` in the day fields, `L` the last day of the
 * month. With both day fields restricted a day is due when either matches; a field counts as restricted unless it is
 * `*`, `?` or `*` with the step 1 (POSIX crontab).
 */
export function parseSchedule(text: string): ParsedSchedule {
  if (text.length > charactersMax)
    return refuse({
      message: `a schedule has at most ${charactersMax} characters`,
      at: charactersMax,
      length: text.length - charactersMax,
    });
  const words = [...text.matchAll(/[^ \t]+/g)].map((match): Word => ({ text: match[0], at: match.index }));
  const [first] = words;
  if (first === undefined)
    return refuse({ message: "the schedule is empty: write five fields", at: 0, length: text.length });
  if (first.text.startsWith("@")) return parseNamed(first, words[1]);
  const beyond = words[6];
  if (beyond !== undefined)
    return refuse({
      message: "a schedule has five fields, or six with seconds: there is one too many",
      at: beyond.at,
      length: beyond.text.length,
    });
  if (words.length < 5) return refuse(tooFew(text, words.length));
  return parseFields(words.length === 6 ? words : [{ text: "0", at: 0 }, ...words]);
}

function parseNamed(name: Word, next: Word | undefined): ParsedSchedule {
  const fields = named.get(name.text.toLowerCase());
  if (fields === undefined)
    return refuse({
      message: `there is no schedule of this name: ${[...named.keys()].join(", ")} exist`,
      at: name.at,
      length: name.text.length,
    });
  if (next === undefined) return parseSchedule(fields);
  return refuse({ message: "a named schedule takes no fields", at: next.at, length: next.text.length });
}

function parseFields(words: readonly Word[]): ParsedSchedule {
  const forms = [seconds, minutes, hours, daysOfMonth, months, daysOfWeek];
  const fields = [];
  for (const [index, form] of forms.entries()) {
    const field = parseField(form, words[index] ?? { text: "", at: 0 });
    if (field.type === "problem")
      return refuse({ message: field.message, at: field.at, length: field.length });
    fields.push(field);
  }
  const [second, minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  if (!second || !minute || !hour || !dayOfMonth || !month || !dayOfWeek) return refuse(tooFew("", 0));
  return {
    ok: true,
    schedule: {
      seconds: second.values,
      minutes: minute.values,
      hours: hour.values,
      daysOfMonth: dayOfMonth.values,
      lastDayOfMonth: dayOfMonth.last,
      months: month.values,
      daysOfWeek: dayOfWeek.values,
      eitherDay: dayOfMonth.restricted && dayOfWeek.restricted,
      follows: hour.values.length === 24 ? "elapsed" : "wall",
    },
  };
}

function tooFew(text: string, count: number): ScheduleProblem {
  const message = `a schedule has five fields (minute, hour, day, month, day of the week): there are ${count}`;
  return { message, at: text.length, length: 0 };
}

function refuse(error: ScheduleProblem): ParsedSchedule {
  return { ok: false, error };
}
