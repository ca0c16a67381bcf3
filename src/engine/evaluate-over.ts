// Evaluates outside of a run's turns: round by round, until the sandbox has computed all that is needed.

import type { SandboxExpression, Scope } from "../language/expression.ts";
import type { Evaluated } from "../language/workflow.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { copyJson, withBodies } from "../value/stored-body.ts";

/** Rounds of evaluations in the sandbox that one evaluation may take. */
const roundsMax = 8;

/** The result of `evaluation` over `scope`, stored bodies read; `contextFor` makes what an expression of another language reads. */
export async function evaluateOver<Result>(
  sandbox: Sandbox,
  tenant: TenantId,
  scope: Scope,
  contextFor: (source: string) => JsonObject,
  now: number,
  evaluation: (scope: Scope) => Result,
): Promise<Result> {
  const computed = new Map<string, Evaluated>();
  for (let round = 0; ; round++) {
    const needs: SandboxExpression[] = [];
    const result = await withBodies(() => {
      needs.length = 0;
      return copyJson(
        evaluation({
          root: scope.root,
          step: scope.step,
          computed(expression) {
            const found = computed.get(`${expression.lang}/${expression.source}`);
            if (found === undefined) needs.push(expression);
            return found;
          },
        }),
      );
    });
    if (needs.length === 0 || round === roundsMax) return result;
    const tasks = await withBodies(() =>
      needs.map(({ lang, source }) => ({ lang, source, context: copyJson(contextFor(source)), now })),
    );
    const results = await sandbox.evaluate(tenant, tasks);
    needs.forEach(({ lang, source }, index) => {
      computed.set(`${lang}/${source}`, results[index] as Evaluated);
    });
  }
}
