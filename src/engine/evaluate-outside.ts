// Evaluates a template or a condition before there is a run: of a schedule's body, of an event trigger's `when`.

import type { Scope } from "../language/expression.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { evaluateOver } from "./evaluate-over.ts";

/** The result of `evaluation` over `context`, once the sandbox has computed what it needs. */
export function evaluateOutside<Result>(
  sandbox: Sandbox,
  context: JsonObject,
  now: number,
  evaluation: (scope: Scope) => Result,
): Promise<Result> {
  const scope: Scope = {
    root: (name): Json | undefined => (Object.hasOwn(context, name) ? context[name] : undefined),
    step: () => undefined,
  };
  return evaluateOver(sandbox, scope, () => context, now, evaluation);
}
