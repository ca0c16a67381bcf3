// Carries a run on after something happened: decides the steps that became ready, begins items, ends the run.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import type { Step } from "../language/workflow.ts";
import { checkLimits } from "./check-limits.ts";
import { completeRun } from "./complete-run.ts";
import { evaluate } from "./evaluate.ts";
import { failEvaluation } from "./fail-step.ts";
import { joinStep } from "./join-step.ts";
import { settlePage } from "./page.ts";
import { stepAt } from "./place.ts";
import { settlePoll } from "./poll.ts";
import { respondEarly } from "./respond.ts";
import { scopeOf } from "./scope.ts";
import { startTask } from "./start-task.ts";
import { matchSignals } from "./step-wait.ts";
import { progress, startStrategy } from "./strategy.ts";
import { emit, isSpent, type Turn } from "./turn.ts";
import { windDown } from "./wind-down.ts";

/**
 * `touched` are the numbers of the steps that something happened to, or that may have become ready. One of the latter is
 * decided at least, and no more than there is room for.
 */
export function advance(turn: Turn, touched: readonly number[]): void {
  const queue = [...touched];
  let decided = 0;
  for (let place = 0; place < queue.length && turn.state.endedAt === null; place++) {
    const step = turn.workflow.steps[queue[place] as number] as Step;
    const before = stepAt(turn.state, step.number).status;
    if (before === "pending" && decided > 0 && isSpent(turn)) continue;
    look(turn, step);
    const { status } = stepAt(turn.state, step.number);
    if (before === "pending" && status !== before) decided++;
    if (status !== "pending" && status !== "running") queue.push(...unvisited(turn, step));
    checkLimits(turn);
  }
  if (turn.state.endedAt !== null) return;
  if (turn.state.ending === null) respondEarly(turn);
  if (isIdle(turn) || isCompleting(turn)) completeRun(turn);
  if (turn.state.ending !== null) windDown(turn);
}

function isIdle({ state }: Turn): boolean {
  return state.ending === null && state.open.length === 0 && state.pendingCount === 0;
}

function isCompleting({ state }: Turn): boolean {
  return state.completing && state.ending === null;
}

/** Those behind a step that has ended which are still to be decided. */
function unvisited(turn: Turn, step: Step): readonly number[] {
  return step.dependents.filter((number) => stepAt(turn.state, number).status === "pending");
}

function look(turn: Turn, step: Step): void {
  const { status, phase } = stepAt(turn.state, step.number);
  const starts = turn.state.ending === null && !turn.state.completing && !turn.state.paused;
  if (status === "pending" && starts) decideStep(turn, step);
  else if (status === "running") goOn(turn, step, phase === "items");
}

function decideStep(turn: Turn, step: Step): void {
  const joined = joinStep(step, turn.state);
  if (joined.type === "wait") return;
  if (joined.type === "skip") {
    emit(turn, { type: "step.skipped", step: step.number, reason: joined.reason, from: joined.from });
    return;
  }
  if (step.when !== null) {
    const { when } = step;
    const judged = evaluate(turn, `when/${step.number}`, scopeOf(turn.workflow, turn.state), (seen) =>
      evaluateCondition(when, seen),
    );
    if (judged === null) return;
    if (!judged.ok) {
      failEvaluation(turn, { step, item: null }, judged.problem);
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
  if (step.strategy === null) {
    startTask(turn, { step, item: null });
    return;
  }
  startStrategy(turn, step, step.strategy);
  goOn(turn, step, stepAt(turn.state, step.number).status === "running");
}

/** What a running step may do without anything having happened to it: begin items, judge a poll that was computed. */
function goOn(turn: Turn, step: Step, items: boolean): void {
  const { action, strategy } = step;
  if (action.type === "request" && (action.response.poll ?? action.response.paginate) !== null) {
    const settle = action.response.paginate === null ? settlePoll : settlePage;
    settle(turn, { step, item: null }, action);
    for (const item of stepAt(turn.state, step.number).items?.open ?? []) {
      settle(turn, { step, item }, action);
    }
  }
  if (items && strategy !== null) progress(turn, step, strategy);
}

/** Everything that may have become possible: after a pause, or when the sandbox has computed something. */
export function advanceAll(turn: Turn): void {
  matchSignals(turn);
  advance(
    turn,
    turn.workflow.steps.map((step) => step.number),
  );
}
