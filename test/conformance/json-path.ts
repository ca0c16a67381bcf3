// The JSONPath compliance suite through the functions that check and evaluate queries.

import { evaluateJsonPath } from "../../src/language/jsonpath/evaluate-json-path.ts";
import { parseJsonPath } from "../../src/language/jsonpath/parse-json-path.ts";
import { equalJson } from "../../src/value/equal-json.ts";
import type { Json } from "../../src/value/json.ts";
import type { Suite } from "./suite.ts";

interface JsonPathCase {
  readonly name: string;
  readonly selector: string;
  readonly invalid_selector?: true;
  readonly document?: Json;
  readonly result?: readonly Json[];
  /** Any of these, where the order of an object's members is left open. */
  readonly results?: readonly (readonly Json[])[];
}

export const jsonPath: Suite = {
  name: "JSONPath compliance suite (RFC 9535)",
  file: "jsonpath/cts.json",
  run: (text) => {
    const { tests } = JSON.parse(text) as { readonly tests: readonly JsonPathCase[] };
    return { cases: tests.length, failures: tests.filter((one) => !holds(one)).map(({ name }) => name) };
  },
};

function holds(one: JsonPathCase): boolean {
  const parsed = parseJsonPath(one.selector);
  if (one.invalid_selector === true) return !parsed.ok;
  if (!parsed.ok) return false;
  const evaluated = evaluateJsonPath(one.selector, one.document ?? null);
  if (!evaluated.ok) return false;
  const allowed = one.results ?? [one.result ?? []];
  return allowed.some((nodes) => equalJson(evaluated.value, parsed.singular ? (nodes[0] ?? null) : nodes));
}
