// A run ends well: its output, and the answer to its caller.

import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { Step } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import { withMember } from "../value/stored-body.ts";
import { beginEnding } from "./begin-ending.ts";
import { evaluate } from "./evaluate.ts";
import { unsent } from "./failure.ts";
import { stepAt } from "./place.ts";
import { respond } from "./respond.ts";
import { scopeOf, withOutput } from "./scope.ts";
import { dropTask, emit, type Turn } from "./turn.ts";

/** Ends the run, with steps that are still open or pending given up. An output that cannot be evaluated is a bad end. */
export function completeRun(turn: Turn): void {
  const evaluated = outputOf(turn);
  if (evaluated === null) return;
  if (!evaluated.ok) {
    const { code, message } = evaluated.problem;
    const failure = unsent("evaluation", code, `output: ${message}`);
    beginEnding(turn, "failed", { type: "output", failure });
    return;
  }
  if (!respond(turn)) return;
  for (const number of turn.state.open) giveUp(turn, turn.workflow.steps[number] as Step);
  // Children that were still at work are told to end first.
  if (turn.state.open.length > 0) return;
  emit(turn, withMember({ type: "run.completed", output: null }, "output", evaluated, "value"));
}

function giveUp(turn: Turn, step: Step): void {
  for (const item of stepAt(turn.state, step.number).items?.open ?? []) dropTask(turn, { step, item });
  const left = stepAt(turn.state, step.number).items?.open.length ?? 0;
  if (left === 0) dropTask(turn, { step, item: null });
}

/** By default the output of every leaf step by id, null for one that did not succeed. */
function outputOf(turn: Turn) {
  const { workflow, state } = turn;
  const { output } = workflow;
  if (output !== null) {
    return evaluate(turn, "output", scopeOf(workflow, state), (seen) => evaluateTemplate(output, seen));
  }
  const value: Record<string, Json> = Object.fromEntries(
    workflow.leaves.map((number) => [(workflow.steps[number] as Step).id, null]),
  );
  for (const number of workflow.leaves)
    withOutput(value, (workflow.steps[number] as Step).id, stepAt(state, number));
  return { ok: true, value } as const;
}
