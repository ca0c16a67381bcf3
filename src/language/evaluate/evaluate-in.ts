// Evaluates a template within a given amount of work.

import type { Json } from "../../value/json.ts";
import { placeStored, type StoredMember } from "../../value/stored-body.ts";
import type { Scope } from "../expression.ts";
import type { Template, TextPart } from "../template.ts";
import { evaluateOne } from "./evaluate-one.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { spendValue } from "./spend-value.ts";
import { storedBy } from "./stored-by.ts";
import { textOf } from "./text-of.ts";
import { spendSize, spendSteps, type Work } from "./work.ts";

/** The value of `template`, which stands `depth` objects and lists deep. Throws EvaluationError. */
export function evaluateIn(template: Template, scope: Scope, work: Work, depth = 0): Json {
  switch (template.type) {
    case "literal":
      return template.value;
    case "expression": {
      const value = evaluateOne(template.expression, scope, work);
      spendValue(value, work, depth);
      return value;
    }
    case "text":
      return template.parts.map((part) => evaluatePart(part, scope, work)).join("");
    case "list":
      spendSteps(work, template.items.length);
      return template.items.map((item) => evaluateIn(item, scope, work, depth + 1));
    case "object":
      return objectOf(template.entries, scope, (value) => evaluateIn(value, scope, work, depth + 1), work);
    case "secret":
      throw secretOutsideCall();
  }
}

/** An object by its entries; one that is nothing but a stored body is moved into it, unread. */
export function objectOf(
  entries: readonly (readonly [key: string, value: Template])[],
  scope: Scope,
  evaluate: (value: Template, key: string) => Json,
  work: Work,
): Json {
  const stored: [string, StoredMember][] = [];
  const object = Object.fromEntries(
    entries.map(([key, value]): [string, Json] => {
      const moved = storedBy(value, scope, work);
      if (moved === null) return [key, evaluate(value, key)];
      stored.push([key, moved]);
      return [key, null];
    }),
  );
  for (const [key, moved] of stored) placeStored(object, key, moved);
  return object;
}

function evaluatePart(part: TextPart, scope: Scope, work: Work): string {
  if (typeof part === "string") {
    spendSize(work, part.length);
    return part;
  }
  if ("secret" in part) throw secretOutsideCall();
  return textOf(evaluateOne(part, scope, work), part.source, work);
}

function secretOutsideCall(): EvaluationError {
  return new EvaluationError("secret_outside_call", "a secret stands only in the fields of a call");
}
