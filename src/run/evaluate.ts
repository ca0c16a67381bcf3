// Evaluates what a decision asks for, and notes what the sandbox must compute first.

import { newWork, spentOf, type Work } from "../language/evaluate/work.ts";
import type { SandboxExpression, Scope } from "../language/expression.ts";
import type { Evaluated } from "../language/workflow.ts";
import { copyJson } from "../value/stored-body.ts";
import { contextOf, type RunScope } from "./scope.ts";
import type { Turn } from "./turn.ts";

/**
 * The result of `evaluation` over `scope`, or null when the sandbox must compute something before: the turn then knows
 * what, and nothing may be decided that rests on it. `what` names the evaluation within the run. All that `evaluation`
 * evaluates shares `work`.
 */
export function evaluate<Result>(
  turn: Turn,
  what: string,
  scope: RunScope,
  evaluation: (scope: Scope) => Result,
  work: Work = newWork(),
): Result | null {
  turn.told = null;
  const before = turn.missed;
  const spentBefore = spentOf(work);
  const { root, step, stores } = scope;
  const seen: Scope = { root, step, stores, work };
  const result = evaluation(
    turn.workflow.sandboxed
      ? { ...seen, computed: (expression) => computedBy(turn, what, scope, expression) }
      : seen,
  );
  turn.spent += spentOf(work) - spentBefore;
  return turn.missed > before ? null : result;
}

function computedBy(
  turn: Turn,
  what: string,
  scope: RunScope,
  { lang, source }: SandboxExpression,
): Evaluated | undefined {
  const key = `${what}/${lang}/${source}`;
  const found = turn.computed.get(key);
  if (found !== undefined) {
    turn.told = found.now;
    return found.result;
  }
  turn.missed++;
  if (!turn.needs.some((need) => need.key === key)) {
    // The sandbox is sent all of it: what stands apart is read first.
    const whole = () => copyJson(contextOf(scope, source));
    const context = scope.stores ? whole : () => contextOf(scope, source);
    turn.needs.push({ key, lang, source, context, now: turn.now });
  }
  return undefined;
}
