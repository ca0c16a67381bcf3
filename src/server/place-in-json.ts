// Where a body stops being JSON, for the problem that says so: JSON.parse names the place only sometimes.

import { readJsonDocument } from "../language/document/read-json-document.ts";
import { newReport } from "../language/document/report.ts";

export interface PlaceInJson {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** The place of the first mistake of kind `code`, or null when it is not found. For texts that were refused only. */
export function placeInJson(text: string, code: string): PlaceInJson | null {
  const report = newReport(text);
  readJsonDocument(report);
  const problem = report.problems.find((one) => one.code === code);
  if (problem === undefined) return null;
  const { line, column, message } = problem;
  return { line, column, message: `${message} (line ${line}, column ${column})` };
}
