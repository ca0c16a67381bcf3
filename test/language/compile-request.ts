// Compiles one request, written in YAML, as it stands in a step.

import assert from "node:assert/strict";
import type { Scope } from "../../src/language/expression.ts";
import { parseWorkflow } from "../../src/language/parse-workflow.ts";
import type { RequestTemplate } from "../../src/language/request-template.ts";
import type { Json } from "../../src/value/json.ts";

/** `defaults` are lines of YAML too. Throws when the document has problems. */
export function compileRequest(request: string, defaults = "{}"): RequestTemplate {
  const head = `name: w\nversion: 1\ntriggers: []\ndefaults: ${defaults}\nsteps:\n  a:\n    request:\n`;
  const lines = request
    .trim()
    .split("\n")
    .map((line) => `      ${line}\n`);
  const parsed = parseWorkflow(head + lines.join(""), "yaml");
  assert.ok(parsed.ok, parsed.ok ? "" : JSON.stringify(parsed.problems, null, 2));
  const action = parsed.workflow.steps[0]?.action;
  assert.ok(action?.type === "request");
  return action.request;
}

/** A scope in which `trigger.body` is `body`. */
export function scopeOf(body: Json): Scope {
  return { root: (name) => (name === "trigger" ? { body } : undefined), step: () => undefined };
}
