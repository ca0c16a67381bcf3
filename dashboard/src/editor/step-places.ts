// Where the steps of a document stand in its text, and its version: also while the text is broken.

import { type DocumentFormat, keysOf } from "./text-keys.ts";

interface Lines {
  readonly from: number;
  readonly to: number;
}

/** Every step with where it begins, and where the next thing does. */
function placesOfSteps(text: string, format: DocumentFormat) {
  const keys = keysOf(text, format).filter(({ path, from, to }) => path.length <= 2 && from < to);
  return keys.flatMap(({ path, from }, index) => {
    const end = keys[index + 1]?.from ?? text.length;
    return path.length === 2 && path[0] === "steps" ? [{ id: path[1] ?? "", from, end }] : [];
  });
}

/** The step in which the offset is, or null. */
export function stepAt(text: string, format: DocumentFormat, at: number): string | null {
  return (
    placesOfSteps(text, format).findLast(
      ({ from, end }) => lineStart(text, from) <= at && at < end + Number(end === text.length),
    )?.id ?? null
  );
}

export function stepLines(text: string, format: DocumentFormat, at: number): Lines | null {
  const id = stepAt(text, format, at);
  const place = placesOfSteps(text, format).find((one) => one.id === id);
  if (place === undefined) return null;
  const isLast = place.end === text.length || lineStart(text, place.end) <= place.from;
  const lines = text.slice(place.from, isLast ? place.end : lineStart(text, place.end)).split("\n");
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, place.from)))?.[0].length ?? 0;
  while (lines.length > 1 && isOutside(lines.at(-1) ?? "", indent)) lines.pop();
  return { from: place.from, to: place.from + lines.join("\n").length };
}

/** A line behind a step that is no part of it: what is said above the next one, and what closes what holds the step. */
function isOutside(line: string, indent: number): boolean {
  const [, lead = "", rest = ""] = /^([ \t]*)(.*)$/s.exec(line) ?? [];
  return rest === "" || rest.startsWith("#") || (/^[}\],\s]+$/.test(rest) && lead.length < indent);
}

/** Where the step's id stands, or null. */
export function placeOfStep(text: string, format: DocumentFormat, id: string): number | null {
  return placesOfSteps(text, format).find((one) => one.id === id)?.from ?? null;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Where the number of the version stands; null where the text has none. Lines end with `\n`. */
export function placeOfVersion(text: string, format: DocumentFormat): Lines | null {
  const key = keysOf(text, format).find(({ path }) => path.length === 1 && path[0] === "version");
  const number = key === undefined ? null : /^\d+/.exec(text.slice(key.value));
  return key === undefined || number === null ? null : { from: key.value, to: key.value + number[0].length };
}
