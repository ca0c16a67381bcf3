// Reads one field of a schedule: `*`, values, names, ranges, steps and lists of them.

import type { ScheduleProblem } from "./schedule.ts";

/** A word of the schedule and where it stands. */
export interface Word {
  readonly text: string;
  readonly at: number;
}

export interface FieldForm {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on, in lower case. */
  readonly names: readonly string[];
  /** `?` stands for "no restriction", as in Quartz. */
  readonly question: boolean;
  /** `L` stands for the last day. */
  readonly last: boolean;
  /** The value that is `min` once more (7 is Sunday, as 0 is). */
  readonly alias: number | null;
}

export interface Field {
  readonly type: "field";
  readonly values: readonly number[];
  readonly last: boolean;
  /** Anything but `*`, `?` and `*` with the step 1, whatever values it lists. */
  readonly restricted: boolean;
}

export interface FieldProblem extends ScheduleProblem {
  readonly type: "problem";
}

interface Values {
  readonly type: "values";
  readonly values: readonly number[];
}

interface Value {
  readonly type: "value";
  readonly value: number;
}

export function parseField(form: FieldForm, word: Word): Field | FieldProblem {
  if (word.text === "*" || word.text === "*/1" || (form.question && word.text === "?"))
    return { type: "field", values: upTo(form.min, form.max, 1), last: false, restricted: false };
  const values = new Set<number>();
  let last = false;
  let at = word.at;
  for (const text of word.text.split(",")) {
    if (form.last && text.toUpperCase() === "L") last = true;
    else {
      const part = parsePart(form, { text, at });
      if (part.type === "problem") return part;
      for (const value of part.values) values.add(value === form.alias ? form.min : value);
    }
    at += text.length + 1;
  }
  return { type: "field", values: [...values].sort((a, b) => a - b), last, restricted: true };
}

function parsePart(form: FieldForm, part: Word): Values | FieldProblem {
  if (part.text === "") return problem(part, `there is a value missing in the ${form.name}`, 1);
  const slash = part.text.indexOf("/");
  if (slash < 0) return parseRange(form, part, null);
  const step = { text: part.text.slice(slash + 1), at: part.at + slash + 1 };
  const size = form.max - form.min;
  if (!/^\d{1,3}$/.test(step.text) || Number(step.text) < 1 || Number(step.text) > size)
    return problem(step, `the step of the ${form.name} must be a number from 1 to ${size}`, 1);
  return parseRange(form, { text: part.text.slice(0, slash), at: part.at }, Number(step.text));
}

function parseRange(form: FieldForm, range: Word, step: number | null): Values | FieldProblem {
  if (range.text === "*") return { type: "values", values: upTo(form.min, form.max, step ?? 1) };
  const dash = range.text.indexOf("-");
  const first = parseValue(form, dash < 0 ? range : { text: range.text.slice(0, dash), at: range.at });
  if (first.type === "problem") return first;
  if (dash < 0) {
    const values = step === null ? [first.value] : upTo(first.value, form.max, step);
    return { type: "values", values };
  }
  const end = { text: range.text.slice(dash + 1), at: range.at + dash + 1 };
  const second = parseValue(form, end);
  if (second.type === "problem") return second;
  // SAT-SUN ends with the Sunday after.
  const isName = !/^\d/.test(end.text);
  const lastValue =
    isName && second.value === form.min && form.alias !== null && first.value > form.min
      ? form.alias
      : second.value;
  if (lastValue < first.value)
    return problem(range, `the range of the ${form.name} ends before it begins: write two ranges`, 1);
  return { type: "values", values: upTo(first.value, lastValue, step ?? 1) };
}

function parseValue(form: FieldForm, word: Word): Value | FieldProblem {
  const named = form.names.indexOf(word.text.toLowerCase());
  if (named >= 0) return { type: "value", value: form.min + named };
  const max = form.alias ?? form.max;
  if (/^\d{1,3}$/.test(word.text) && Number(word.text) >= form.min && Number(word.text) <= max)
    return { type: "value", value: Number(word.text) };
  const first = form.names[0]?.toUpperCase();
  const names = first === undefined ? "" : ` or a name such as ${first}`;
  return problem(word, `the ${form.name} must be a number from ${form.min} to ${max}${names}`, 1);
}

function upTo(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

function problem(word: Word, message: string, lengthMin: number): FieldProblem {
  return { type: "problem", message, at: word.at, length: Math.max(lengthMin, word.text.length) };
}
