// Evaluates a JSONPath query (RFC 9535) within a bound of work that is the same everywhere.

import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { EvaluationError } from "../evaluate/evaluation-error.ts";
import { parseJsonPath } from "./parse-json-path.ts";
import type { Query } from "./query.ts";
import { select } from "./select.ts";

export type EvaluatedJsonPath =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      readonly problem: {
        readonly code: "jsonpath_error";
        readonly message: string;
      };
    };

/** The value of a singular query, null when there is none; the list of values of any other. */
export function evaluateJsonPath(text: string, root: Json): EvaluatedJsonPath {
  const parsed = parseJsonPath(text);
  if (!parsed.ok) {
    return failed("jsonpath_error", `at ${parsed.error.at + 1}: ${parsed.error.message}`);
  }
  return evaluateQuery(parsed.query, root);
}

/** The same for a query that is parsed already. */
export function evaluateQuery(query: Query, root: Json): EvaluatedJsonPath {
  const work = { steps: limits.query_steps, size: limits.response_body_bytes };
  try {
    const values = select(query, root, { root, work, patterns: new Map() });
    return { ok: true, value: query.singular ? (values[0] ?? null) : values };
  } catch (error) {
    if (error instanceof EvaluationError) {
      const tooLarge = error.code === "jsonpath_error";
      return failed(
        "jsonpath_error",
        tooLarge ? error.message : `the query looks at more than ${limits.query_steps} nodes`,
      );
    }
    throw error;
  }
}

function failed(code: "jsonpath_error", message: string): EvaluatedJsonPath {
  return { ok: false, problem: { code, message } };
}
