// Reads JSON text as the engine does, and says where it is wrong.

import type { Json } from "../value/json.ts";
import { parseJson } from "../value/parse-json.ts";
import { readJsonDocument } from "./document/read-json-document.ts";
import { newReport } from "./document/report.ts";

export interface JsonFault {
  readonly message: string;
  /** What to write instead, or null. */
  readonly fix: string | null;
  /** From 1; null where the text as a whole is refused. */
  readonly line: number | null;
  readonly column: number | null;
}

export type ReadJson =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: JsonFault };

/** A body as a caller sends it: integers of any length come as they are, those beyond 2^53 as big integers. */
export function readJson(text: string): ReadJson {
  const parsed = parseJson(text, "strict");
  if (parsed.ok) return parsed;
  const report = newReport(text);
  readJsonDocument(report);
  const [problem] = parsed.code === "invalid_json" ? report.problems : [];
  if (problem === undefined) {
    return { ok: false, fault: { message: parsed.message, fix: null, line: null, column: null } };
  }
  const { message, fix, line, column } = problem;
  return { ok: false, fault: { message, fix, line, column } };
}
