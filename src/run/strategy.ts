// Strategies: a step's action repeated over a list, each item with attempts and events of its own.

import { kindOf } from "../language/evaluate/kind-of.ts";
import { evaluateExpression } from "../language/evaluate-expression.ts";
import { evaluateTemplate } from "../language/evaluate-template.ts";
import type { Step, Strategy } from "../language/workflow.ts";
import type { Json } from "../value/json.ts";
import { jsonSize } from "../value/json-size.ts";
import { limits } from "../value/limits.ts";
import { entryAt } from "../value/persistent-list.ts";
import { copyJson } from "../value/stored-body.ts";
import { checkLimits } from "./check-limits.ts";
import { evaluate } from "./evaluate.ts";
import { failEvaluation, failStep } from "./fail-step.ts";
import { type Failure, unsent } from "./failure.ts";
import { type Place, stepAt, wordsOf } from "./place.ts";
import { itemValue, scopeOf, stepOutput } from "./scope.ts";
import { startTask } from "./start-task.ts";
import type { ItemsState, TaskState } from "./state.ts";
import { waitOf } from "./step-wait.ts";
import { dropTask, emit, isSpent, type Turn } from "./turn.ts";

/** Items begun in one decision at most; the rest follows in the next. */
const startsMax = 1_000;

/** Records the list. Items are begun by `progress`. */
export function startStrategy(turn: Turn, step: Step, strategy: Strategy): void {
  const place: Place = { step, item: null };
  const scope = scopeOf(turn.workflow, turn.state);
  const evaluated = evaluate(turn, `start/${step.number}`, scope, (seen) => {
    const over = evaluateTemplate(strategy.over, seen);
    const initial = strategy.reduce === null ? null : evaluateTemplate(strategy.reduce.initial, seen);
    return { over, initial };
  });
  if (evaluated === null) return;
  const { over, initial } = evaluated;
  if (!over.ok) {
    failEvaluation(turn, place, over.problem);
    return;
  }
  if (initial !== null && !initial.ok) {
    failEvaluation(turn, place, initial.problem);
    return;
  }
  const problem = problemOf(strategy, over.value) ?? problemOfInitial(initial?.value ?? null);
  if (problem !== null) {
    failEvaluation(turn, place, problem);
    return;
  }
  const list = copyJson(over.value) as readonly Json[];
  emit(turn, {
    type: "strategy.started",
    step: step.number,
    strategy: strategy.type,
    over: list,
    size: strategy.size,
    count: Math.ceil(list.length / strategy.size),
    initial: copyJson(initial?.value ?? null),
    deadlineAt: step.timeoutMs === null ? null : turn.now + step.timeoutMs,
  });
}

function problemOf(strategy: Strategy, over: Json) {
  if (!Array.isArray(over)) {
    return { code: "not_a_list", message: `\`over\` must give a list, and is ${kindOf(over)}` };
  }
  const max = strategy.type === "reduce" ? limits.reduce_items : limits.items;
  if (over.length <= max) return null;
  const code = strategy.type === "reduce" ? "reduce_items" : "items";
  return { code, message: `\`over\` has ${over.length} entries, and may have ${max}` };
}

function problemOfInitial(initial: Json) {
  return jsonSize(initial) > limits.reduce_value_bytes ? tooLarge("initial") : null;
}

function tooLarge(name: "initial" | "acc") {
  const message = `\`${name}\` is larger than ${limits.reduce_value_bytes} bytes`;
  return { code: "reduce_value_bytes", message };
}

/** Begins the items that may begin, and ends the step when none is left. */
export function progress(turn: Turn, step: Step, strategy: Strategy): void {
  accumulate(turn, step, strategy);
  for (let starts = 0; mayStart(turn, step, strategy) && goesOn(turn, starts); starts++) {
    const { next } = itemsOf(turn, step);
    startTask(turn, { step, item: next });
    if (itemsOf(turn, step).next === next) break;
    checkLimits(turn);
    accumulate(turn, step, strategy);
  }
  endIfDone(turn, step, strategy);
}

/** One item at least is begun, or the run would be looked at again for nothing. */
function goesOn(turn: Turn, starts: number): boolean {
  return starts === 0 || (starts < startsMax && !isSpent(turn));
}

function itemsOf(turn: Turn, step: Step): ItemsState {
  return stepAt(turn.state, step.number).items as ItemsState;
}

/** No further item may begin. */
function isStopped(turn: Turn, step: Step, strategy: Strategy): boolean {
  const items = itemsOf(turn, step);
  const { failed, winner } = items;
  const { onError } = strategy;
  if (isRefused(step, items, strategy)) return true;
  const { ending, completing } = turn.state;
  if (stepAt(turn.state, step.number).failing !== null) return true;
  return ending !== null || completing || winner !== null || (failed > 0 && onError === "fail");
}

/** It is rejected, whatever comes of the other items. */
function isRefused(step: Step, items: ItemsState, strategy: Strategy): boolean {
  return isRejected(step, items, strategy) && strategy.minSuccess === null && strategy.type !== "race";
}

/** Nobody came for the wait of an item in time, the document says `on_timeout: reject`, and no other failure was to end it. */
function isRejected(
  step: Step,
  { timedOut, tasks, firstFailed }: ItemsState,
  { onError }: Strategy,
): boolean {
  if (!timedOut || firstFailed === null || waitOf(step)?.onTimeout !== "reject") return false;
  return onError === "continue" || entryAt(tasks, firstFailed)?.failure?.kind === "wait_timeout";
}

/** True while an item could begin: the run is to be looked at again. */
export function mayStart(turn: Turn, step: Step, strategy: Strategy): boolean {
  const state = stepAt(turn.state, step.number);
  const { items } = state;
  if (items === null || state.status !== "running") return false;
  if (turn.state.startedAt === null || turn.state.paused) return false;
  if (isStopped(turn, step, strategy) || items.next >= items.count) return false;
  return items.open.length < strategy.window && isAccumulated(items, strategy);
}

function isAccumulated(items: ItemsState, strategy: Strategy): boolean {
  return strategy.reduce === null || items.accumulated === items.succeeded;
}

/** Of a `reduce`: the next `acc`, when an item has succeeded since the last. */
function accumulate(turn: Turn, step: Step, { reduce }: Strategy): void {
  const items = itemsOf(turn, step);
  if (reduce === null || items.accumulated === items.succeeded || turn.state.ending !== null) return;
  if (stepAt(turn.state, step.number).failing !== null) return;
  const item = items.accumulated;
  const result = stepOutput(entryAt(items.tasks, item) as TaskState);
  const roots = { acc: items.acc, item: itemValue(items, item), index: item, result };
  const scope = scopeOf(turn.workflow, turn.state, roots);
  const evaluated = evaluate(turn, `acc/${step.number}/${item}`, scope, (seen) =>
    evaluateExpression(reduce.expr, seen),
  );
  if (evaluated === null) return;
  if (!evaluated.ok) {
    failEvaluation(turn, { step, item: null }, evaluated.problem);
  } else if (jsonSize(evaluated.value) > limits.reduce_value_bytes) {
    failEvaluation(turn, { step, item: null }, tooLarge("acc"));
  } else {
    emit(turn, { type: "value.computed", step: step.number, item, value: copyJson(evaluated.value) });
  }
}

export function cancelOpen(turn: Turn, step: Step): void {
  for (const item of itemsOf(turn, step).open) dropTask(turn, { step, item });
}

function endIfDone(turn: Turn, step: Step, strategy: Strategy): void {
  const { status, failing } = stepAt(turn.state, step.number);
  if (status !== "running") return;
  const items = itemsOf(turn, step);
  if (items.open.length > 0) return;
  if (failing !== null && turn.state.ending === null) {
    failStep(turn, step, failing);
    return;
  }
  const all = items.next >= items.count;
  if (!all && turn.state.ending === null && turn.state.completing) return;
  if (!all && !isStopped(turn, step, strategy)) return;
  const accumulated = isAccumulated(items, strategy);
  if (turn.state.ending === null && !accumulated) return;
  const hasSucceeded = all && accumulated && isEnough(items, strategy) && !isRefused(step, items, strategy);
  if (strategy.type === "race" ? items.winner !== null : hasSucceeded) {
    emit(turn, { type: "step.succeeded", step: step.number, result: { type: "items" } });
  } else if (turn.state.ending !== null || turn.state.completing) {
    emit(turn, { type: "step.cancelled", step: step.number });
  } else if (isRejected(step, items, strategy)) {
    emit(turn, { type: "step.rejected", step: step.number });
  } else {
    failStep(turn, step, failureOf(step, items, strategy));
  }
}

function isEnough({ succeeded, failed, count, open }: ItemsState, strategy: Strategy): boolean {
  if (strategy.minSuccess !== null) return succeeded >= strategy.minSuccess;
  if (strategy.onError === "continue") return true;
  return failed === 0 && succeeded === count && open.length === 0;
}

function failureOf(step: Step, items: ItemsState, strategy: Strategy): Failure {
  if (strategy.minSuccess !== null) {
    const message = `${items.succeeded} of ${items.count} items succeeded, and ${strategy.minSuccess} must`;
    return unsent("strategy", "too_few_successes", message);
  }
  const { firstFailed } = items;
  if (firstFailed === null) return unsent("strategy", "nothing_to_race", "the list is empty: nobody can win");
  const failure = (entryAt(items.tasks, firstFailed) as TaskState).failure as Failure;
  const where = wordsOf({ step, item: firstFailed });
  const message = strategy.type === "race" ? `every item failed; ${where}: ` : `${where}: `;
  // Whether an item was accepted stands with the item.
  return { ...failure, message: message + failure.message, reach: "no", accepted: false };
}
