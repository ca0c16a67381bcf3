// Collects the problems of a document with their places.

import type { ProblemCode } from "../document-problems.ts";
import type { DocumentProblem } from "../workflow.ts";
import type { Walk } from "./offset-in-text.ts";

/** Where a problem stands: a pointer, and offsets in the text (`end` is exclusive). */
export interface Place {
  readonly pointer: string;
  readonly start: number;
  readonly end: number;
}

export interface Report {
  readonly text: string;
  readonly problems: DocumentProblem[];
  /** What is worth saying of a document that is accepted. */
  readonly warnings: DocumentProblem[];
  /** Offsets of the beginnings of lines; made for the first problem. */
  lineStarts: readonly number[] | null;
  /** Where the last place within a text was looked for. */
  walk: Walk | null;
}

/** More are of no use to anyone, and cost memory. */
const problemsMax = 1_000;

export function newReport(text: string): Report {
  return { text, problems: [], warnings: [], lineStarts: null, walk: null };
}

/** True when a further problem would not be kept. */
export function isFull(report: Report): boolean {
  return report.problems.length >= problemsMax;
}

export function addProblem(
  report: Report,
  code: ProblemCode,
  place: Place,
  message: string,
  fix: string | null = null,
): void {
  if (!isFull(report)) report.problems.push(locate(report, code, place, message, fix));
}

export function addWarning(
  report: Report,
  code: ProblemCode,
  place: Place,
  message: string,
  fix: string | null = null,
): void {
  if (report.warnings.length < problemsMax) report.warnings.push(locate(report, code, place, message, fix));
}

/** The problems in the order of the text. */
export function inOrder(problems: readonly DocumentProblem[]): readonly DocumentProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function locate(
  report: Report,
  code: ProblemCode,
  place: Place,
  message: string,
  fix: string | null,
): DocumentProblem {
  return { code, message, fix, ...located(report, place) };
}

/** Where `place` is for people: pointer, line, column. */
export function located(
  report: Report,
  place: Place,
): Pick<DocumentProblem, "pointer" | "line" | "column" | "length"> {
  report.lineStarts ??= lineStartsOf(report.text);
  const start = Math.max(0, Math.min(place.start, report.text.length));
  const line = lineAt(report.lineStarts, start);
  const lineStart = report.lineStarts[line] as number;
  const lineEnd = endOfLine(report.text, start);
  const length = Math.max(1, Math.min(place.end, lineEnd) - start);
  return { pointer: place.pointer, line: line + 1, column: start - lineStart + 1, length };
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let index = text.indexOf("\n"); index >= 0; index = text.indexOf("\n", index + 1))
    starts.push(index + 1);
  return starts;
}

/** The line (from 0) that holds `offset`, by halving. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : text.charAt(end - 1) === "\r" ? end - 1 : end;
}
