// Carries a run on after something ended: decides the steps that became ready, then ends the run when nothing is left.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { Evaluated, Step } from "../language/workflow.ts";
import { unreachable } from "../value/assert.ts";
import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { beginEnding } from "./begin-ending.ts";
import { failStep } from "./fail-step.ts";
import { unsent } from "./failure.ts";
import { joinStep } from "./join-step.ts";
import { scopeOf, stepOutput } from "./scope.ts";
import type { StepState } from "./state.ts";
import { startRequest } from "./step-request.ts";
import { startValue } from "./step-value.ts";
import { emit, type Turn } from "./turn.ts";
import { windDown } from "./wind-down.ts";

/** `candidates` are the numbers of steps that may have become ready. */
export function advance(turn: Turn, candidates: readonly number[]): void {
  const queue = [...candidates];
  for (let place = 0; place < queue.length && turn.state.ending === null; place++) {
    const step = turn.workflow.steps[queue[place] as number] as Step;
    if (turn.state.steps[step.number]?.status !== "pending") continue;
    decideStep(turn, step);
    if (turn.state.steps[step.number]?.status !== "pending") queue.push(...step.dependents);
    checkLimits(turn);
  }
  if (turn.state.ending !== null) windDown(turn);
  else if (turn.state.open.length === 0) complete(turn);
}

function decideStep(turn: Turn, step: Step): void {
  const joined = joinStep(step, turn.state);
  if (joined.type === "wait") return;
  if (joined.type === "skip") {
    emit(turn, { type: "step.skipped", step: step.number, reason: joined.reason, from: joined.from });
    return;
  }
  if (step.when !== null) {
    const judged = evaluateCondition(step.when, scopeOf(turn.workflow, turn.state));
    if (!judged.ok) {
      failStep(turn, step, unsent("evaluation", judged.problem.code, judged.problem.message));
      return;
    }
    if (judged.value !== true) {
      emit(turn, { type: "step.skipped", step: step.number, reason: "when", from: null });
      return;
    }
  }
  startStep(turn, step);
}

function startStep(turn: Turn, step: Step): void {
  switch (step.action.type) {
    case "request":
      startRequest(turn, step, step.action);
      break;
    case "value":
      startValue(turn, step, step.action);
      break;
    default:
      unreachable(step.action);
  }
}

/** What ends or undoes a run is exempt, so this is asked only while it goes on. */
export function checkLimits(turn: Turn): void {
  if (turn.state.ending !== null) return;
  if (turn.state.dataBytes > limits.run_data_bytes) {
    const message = `the run has recorded more than ${limits.run_data_bytes} bytes`;
    beginEnding(turn, "failed", { type: "limit", failure: unsent("limit", "run_data_bytes", message) });
  } else if (turn.state.seq > limits.run_events) {
    const message = `the run has recorded more than ${limits.run_events} events`;
    beginEnding(turn, "failed", { type: "limit", failure: unsent("limit", "run_events", message) });
  }
}

function complete(turn: Turn): void {
  const evaluated = runOutput(turn);
  if (evaluated.ok) {
    emit(turn, { type: "run.completed", output: evaluated.value });
    return;
  }
  const failure = unsent("evaluation", evaluated.problem.code, `output: ${evaluated.problem.message}`);
  beginEnding(turn, "failed", { type: "output", failure });
  windDown(turn);
}

/** By default the output of every leaf step by id, null for one that did not succeed. */
function runOutput(turn: Turn): Evaluated {
  const { workflow, state } = turn;
  if (workflow.output !== null) return evaluateTemplate(workflow.output, scopeOf(workflow, state));
  const entries = workflow.leaves.map((number): [string, Json] => [
    (workflow.steps[number] as Step).id,
    stepOutput(state.steps[number] as StepState),
  ]);
  return { ok: true, value: Object.fromEntries(entries) };
}
