// Evaluates a template or a condition before there is a run: of a schedule's body, of an event trigger's `when`.

import type { Scope } from "../language/expression.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { evaluateOver } from "./evaluate-over.ts";

/** The result of `evaluation` over `context`, once the sandbox has computed what it needs. Rejects with `sandbox_unavailable`. */
export function evaluateOutside<Result>(
  sandbox: Sandbox,
  tenant: TenantId,
  context: JsonObject,
  now: number,
  evaluation: (scope: Scope) => Result,
): Promise<Result> {
  const scope: Scope = {
    root: (name): Json | undefined => (Object.hasOwn(context, name) ? context[name] : undefined),
    step: () => undefined,
  };
  return evaluateOver(sandbox, tenant, scope, () => context, now, evaluation);
}
