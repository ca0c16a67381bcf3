// Polling: after a first answer the service is asked again until the job is done.

import { evaluateCondition } from "../language/evaluate-condition.ts";
import type { RetryPolicy } from "../language/retry-policy.ts";
import type { PollRule, RequestAction } from "../language/workflow.ts";
import { evaluate } from "./evaluate.ts";
import type { Answer } from "./event.ts";
import { failEvaluation, failTask } from "./fail-step.ts";
import { type Failure, unsent } from "./failure.ts";
import { at, nameOf, type Place, taskAt } from "./place.ts";
import { retryAt } from "./retry-at.ts";
import { scopeAt } from "./scope.ts";
import type { PollState, PollTarget, TaskState } from "./state.ts";
import { finishCall } from "./step-request.ts";
import { emit, emitSucceeded, type Turn } from "./turn.ts";

/** When a directive asks for polls and the document says nothing of them. */
export const byDirective = { everyMs: 5_000, maxMs: 86_400_000 } as const;
const pollRetriesMin = 2;

export interface PollOrder {
  readonly answer: Answer;
  readonly target: PollTarget | null;
  /** Null for the document's pause. */
  readonly afterMs: number | null;
  readonly unjudged: boolean;
}

/** Decides by `while` whether the job is done. One for the sandbox is recorded first and judged afterwards. */
export function judgePoll(
  turn: Turn,
  place: Place,
  action: RequestAction,
  answer: Answer,
  target: PollTarget | null,
): void {
  const rule = action.response.poll as PollRule;
  const order = { answer, target, afterMs: null };
  if (rule.while.lang !== "path") {
    pollBy(turn, place, action, { ...order, unjudged: true });
    settlePoll(turn, place, action);
    return;
  }
  const own: TaskState = { ...taskAt(turn.state, place), answer };
  const judged = evaluateCondition(rule.while, scopeAt(turn.workflow, turn.state, place, own));
  if (!judged.ok) failAnswered(turn, place, judged.problem, answer);
  else if (judged.value) pollBy(turn, place, action, { ...order, unjudged: false });
  else finishCall(turn, place, action, answer);
}

/** Judges an answer that was recorded before the sandbox could judge it. */
export function settlePoll(turn: Turn, place: Place, action: RequestAction): void {
  const task = taskAt(turn.state, place);
  const rule = action.response.poll;
  // One whose answer was judged may be waiting for its callback since.
  if (task.phase !== "call" || task.poll?.unjudged !== true || rule === null || task.answer === null) return;
  const scope = scopeAt(turn.workflow, turn.state, place, task);
  const judged = evaluate(turn, `poll/${nameOf(place)}/${task.poll.count}`, scope, (seen) =>
    evaluateCondition(rule.while, seen),
  );
  if (judged === null) return;
  if (!judged.ok) failAnswered(turn, place, judged.problem, task.answer);
  else if (judged.value && isTooLate(task.poll, task.notBefore, rule))
    failTask(turn, place, tooLong(task.answer));
  else if (judged.value) emit(turn, { type: "value.computed", ...at(place), value: true });
  else if (action.wait !== null) finishCall(turn, place, action, task.answer);
  else emitSucceeded(turn, place, { type: "polled" });
}

/** A poll at `notBefore` would come too late. */
export function isTooLate(
  { startedAt }: Pick<PollState, "startedAt">,
  notBefore: number,
  { maxMs }: { readonly maxMs: number },
): boolean {
  return notBefore > startedAt + maxMs;
}

/** Announces the next poll, or fails the task when it would come too late. What is unjudged may be done already. */
export function pollBy(turn: Turn, place: Place, action: RequestAction, order: PollOrder): void {
  const { poll } = taskAt(turn.state, place);
  const rule = action.response.poll ?? byDirective;
  const notBefore = turn.now + (order.afterMs ?? rule.everyMs);
  if (!order.unjudged && isTooLate(poll ?? { startedAt: turn.now }, notBefore, rule)) {
    failTask(turn, place, tooLong(order.answer));
    return;
  }
  const { answer, unjudged } = order;
  const target = order.target ?? poll?.target ?? null;
  emitPolled(turn, place, {
    count: (poll?.count ?? 0) + 1,
    notBefore,
    target,
    answer,
    failure: null,
    spent: 0,
    unjudged,
  });
}

/** A poll failed: it is tried again as the step's retry says, at least twice. `leastMs` is null when it may not be. */
export function endPoll(
  turn: Turn,
  place: Place,
  action: RequestAction,
  failure: Failure,
  leastMs: number | null,
): void {
  const { poll } = taskAt(turn.state, place);
  if (poll === null) return;
  const when = askAgainAt(turn, place, action, failure, { what: "poll", leastMs });
  if (when === null || isTooLate(poll, when, action.response.poll ?? byDirective)) {
    failTask(turn, place, { ...failure, accepted: true });
    return;
  }
  const { count, target, spent } = poll;
  const next = { count: count + 1, notBefore: when, target, spent: spent + 1 };
  emitPolled(turn, place, { ...next, answer: null, failure, unjudged: false });
}

/** When a poll or a page that failed is asked for once more; null for never, as in a run that ends. */
export function askAgainAt(
  turn: Turn,
  place: Place,
  { retry }: RequestAction,
  failure: Failure,
  { what, leastMs }: { readonly what: "poll" | "page"; readonly leastMs: number | null },
): number | null {
  const { poll } = taskAt(turn.state, place);
  if (poll === null || leastMs === null || turn.state.ending !== null) return null;
  const jitter = { seed: turn.state.created.seed, place: `${what}/${nameOf(place)}/${poll.count}` };
  return retryAt(pollRetry(retry), poll, failure, turn.now, jitter, leastMs);
}

type Polled = Omit<Extract<Parameters<typeof emit>[1], { type: "step.polled" }>, "type" | "step">;

export function emitPolled(turn: Turn, { step, item }: Place, polled: Polled): void {
  if (item === null) emit(turn, { type: "step.polled", step: step.number, ...polled });
  else emit(turn, { type: "item.polled", step: step.number, item, ...polled });
}

/** The condition could not be evaluated; the request itself was answered well. */
export function failAnswered(
  turn: Turn,
  place: Place,
  problem: { readonly code: string; readonly message: string },
  { status, headers, body }: Answer,
): void {
  if (taskAt(turn.state, place).accepted) {
    failEvaluation(turn, place, problem);
    return;
  }
  const failure = unsent("evaluation", problem.code, problem.message);
  failTask(turn, place, { ...failure, reach: "answered", accepted: true, status, headers, body });
}

/** A poll is tried again at least twice, whatever the step's retry says. */
export function pollRetry(retry: RetryPolicy): RetryPolicy {
  return { ...retry, max: Math.max(retry.max, pollRetriesMin), maxElapsedMs: null };
}

export function tooLong({ status, headers, body }: Answer): Failure {
  const message = "the job was not done in time";
  return {
    ...unsent("poll_timeout", "poll_timed_out", message),
    reach: "answered",
    accepted: true,
    status,
    headers,
    body,
  };
}
