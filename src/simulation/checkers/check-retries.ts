// Attempts: what is retried, how often, when, and when a task gives up.

import type { Broken, DurableEvent, History } from "../history.ts";
import type { PollModel } from "../workload/language-model.ts";
import { type RetryModel, retryOf, undoRetryOf } from "../workload/model.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { type FailureData, failureOf, type RunLog, stepOf } from "./run-log.ts";
import { isDirective, itemOf, pollOf, type Task, taskName, taskOf } from "./task-of.ts";

interface Tries {
  attempt: number;
  spent: number;
  readonly startedAt: number;
  /** Of the current poll, or null while there is none; and since when there are polls. */
  pollSpent: number | null;
  pollsSince: number;
  /** What the latest directive asks to be waited. */
  afterMs: number;
  /** Longer than this a host's rule has held it back, as far as is known. */
  heldMs: number;
  /** When the poll is due whose answer the sandbox is still to judge, or null. */
  unjudgedUntil: number | null;
}

/** A poll that fails is tried again at least so often. */
const pollRetriesMin = 2;
const pollMaxMs = 86_400_000;
/** When a directive asks for polls of a step that has none. */
const pollEveryMs = 5_000;

export function checkRetries(history: History): readonly Broken[] {
  return judgeRuns(history, checkRun);
}

function checkRun(log: RunLog, say: Say): void {
  const tries = new Map<string, Tries>();
  let ending = false;
  for (const event of log.events) {
    if (event.type === "run.ending") ending = true;
    if (isDirective(event)) noteDirective(log, tries, event);
    const task = taskOf(log, event);
    if (task === null) continue;
    if (task.verb === "started") {
      tries.set(task.name, newTries(event));
      if (event.data["attempt"] !== 1) say("attempts count from 1", task.name);
    }
    const tried = tries.get(task.name);
    const policy = policyOf(log, task);
    // What a strategy as a whole comes to is its items' doing.
    if (tried === undefined || policy === null || (task.step.strategy !== null && task.item === null))
      continue;
    const saySo: Say = (promise, what) => say(promise, `${task.name} attempt ${tried.attempt}: ${what}`);
    if (task.verb === "retrying") checkRetry(task, policy, tried, event, saySo);
    if (task.verb === "polled") checkPolled(pollOf(task), policy, tried, event, saySo);
    if (task.verb === "failed") checkGivesUp(task, policy, tried, event, ending && !task.undo, saySo);
  }
}

function newTries({ at }: DurableEvent): Tries {
  return {
    attempt: 1,
    spent: 0,
    startedAt: at,
    pollSpent: null,
    pollsSince: 0,
    afterMs: 0,
    heldMs: 0,
    unjudgedUntil: null,
  };
}

function noteDirective(log: RunLog, tries: ReadonlyMap<string, Tries>, event: DurableEvent): void {
  const step = stepOf(log, event);
  const tried =
    step === null
      ? undefined
      : tries.get(taskName(step, itemOf(event), event.type.startsWith("compensation.")));
  if (tried === undefined) return;
  const { type, afterMs } = event.data["directive"] as {
    readonly type: string;
    readonly afterMs?: number | null;
  };
  tried.afterMs = afterMs ?? 0;
  // When to ask next is said anew.
  if (type === "poll" && afterMs != null) tried.unjudgedUntil = null;
}

function policyOf(log: RunLog, { step, undo }: Task): RetryModel | null {
  if (!undo) return retryOf(log.model, step);
  return step.compensate === null ? null : undoRetryOf(step.compensate);
}

function checkRetry(
  { step, undo }: Task,
  policy: RetryModel,
  tried: Tries,
  event: DurableEvent,
  say: Say,
): void {
  if (tried.pollSpent !== null) say("a poll that failed is asked again, not its call", "it was tried again");
  const failure = failureOf(event);
  const [attempt, spent] = [Number(event.data["attempt"]), Number(event.data["spent"])];
  const notBefore = Number(event.data["notBefore"]);
  if (attempt !== tried.attempt + 1) say("attempts rise by one", `then ${attempt}`);
  if (failure.kind === "crash") {
    if (spent !== tried.spent) say("a crash spends no retry", `spent ${spent}`);
    if (!undo && step.onCrash === "fail") say("on_crash is heeded", "it was tried again");
  } else {
    if (!isRetryable(policy, failure)) say("only what the policy names is retried", describe(failure));
    if (spent !== tried.spent + 1) say("a retry is counted", `spent ${spent} after ${tried.spent}`);
    if (spent > policy.max) say("retries are never more than max", `${spent} of ${policy.max}`);
    checkDelay(policy, spent, failure, event, leastOf(tried, failure), say);
  }
  if (
    policy.maxElapsedMs !== null &&
    notBefore > tried.startedAt + policy.maxElapsedMs + Number(event.data["heldMs"] ?? 0) &&
    !(undo && failure.kind === "crash")
  ) {
    say("no attempt begins later than max_elapsed", `${notBefore - tried.startedAt} ms after the first`);
  }
  tried.attempt = attempt;
  tried.spent = spent;
  tried.heldMs = Number(event.data["heldMs"] ?? tried.heldMs);
}

function leastOf({ afterMs }: Tries, { kind }: FailureData): number {
  return kind === "directive" ? afterMs : 0;
}

/** A poll that was answered has its retries anew; one that failed spends one. None is asked later than `max`. */
function checkPolled(
  poll: PollModel | null,
  policy: RetryModel,
  tried: Tries,
  event: DurableEvent,
  say: Say,
): void {
  if (tried.pollSpent === null) tried.pollsSince = event.at;
  const spent = Number(event.data["spent"]);
  const before = tried.pollSpent ?? 0;
  const latest = tried.pollsSince + (poll?.maxMs ?? pollMaxMs);
  const notBefore = Number(event.data["notBefore"]);
  // What the sandbox is still to judge may be done already.
  if (notBefore > latest && event.data["unjudged"] !== true)
    say("polls end at max", `${notBefore - latest} ms later`);
  tried.unjudgedUntil = event.data["unjudged"] === true ? notBefore : null;
  tried.pollSpent = spent;
  if (event.data["failure"] === null) {
    if (spent !== 0) say("a poll that was answered has its retries anew", `spent ${spent}`);
    return;
  }
  const failure = failureOf(event);
  if (!isRetryable(policy, failure)) say("only what the policy names is retried", describe(failure));
  if (spent !== before + 1) say("a retry is counted", `spent ${spent} after ${before} on a poll`);
  if (spent > Math.max(policy.max, pollRetriesMin))
    say("retries are never more than max", `${spent} on a poll`);
  checkDelay(policy, spent, failure, event, leastOf(tried, failure), say);
}

function fullDelay({ backoff, delayMs, maxDelayMs }: RetryModel, retry: number): number {
  const growth = backoff === "exponential" ? 2 ** (retry - 1) : backoff === "linear" ? retry : 1;
  return Math.min(delayMs * growth, maxDelayMs);
}

function checkDelay(
  policy: RetryModel,
  retry: number,
  failure: FailureData,
  { at, data }: DurableEvent,
  directedMs: number,
  say: Say,
): void {
  const full = fullDelay(policy, retry);
  const asked = Math.max(directedMs, Math.min(retryAfterMs(failure, at), policy.maxDelayMs));
  const delay = Number(data["notBefore"]) - at;
  const least = Math.max(asked, policy.jitter === "none" ? full : 0);
  const most = Math.max(asked, full);
  if (delay < least || delay > Math.ceil(most))
    say("a retry waits as long as its policy says", `${delay}, not ${least} to ${most} ms`);
}

function checkGivesUp(
  task: Task,
  policy: RetryModel,
  tried: Tries,
  event: DurableEvent,
  ending: boolean,
  say: Say,
): void {
  const { step } = task;
  const failure = failureOf(event);
  if (failure.kind === "step_timeout") {
    const due = tried.startedAt + (step.timeoutMs ?? Number.POSITIVE_INFINITY);
    if (event.at < due) say("timers are never early", `timed out at ${event.at}, due at ${due}`);
    return;
  }
  const polls = tried.pollSpent !== null;
  if (ending) return;
  if (failure.kind === "poll_timeout") {
    checkPollsEnd(pollOf(task), tried, event, say);
    return;
  }
  const spent = polls ? (tried.pollSpent ?? 0) : tried.spent;
  const max = polls ? Math.max(policy.max, pollRetriesMin) : policy.max;
  if (failure.kind === "crash") {
    if (step.onCrash !== "fail" && !isTooLate(policy, tried, event.at))
      say("on_crash is heeded", "it was not tried again");
  } else if (isRetryable(policy, failure) && spent < max) {
    const latest = tried.pollsSince + (pollOf(task)?.maxMs ?? pollMaxMs);
    const asked = Math.max(retryAfterMs(failure, event.at), leastOf(tried, failure));
    const next = event.at + Math.max(fullDelay(policy, spent + 1), asked);
    if (polls ? next >= latest : isTooLate(policy, tried, next)) return;
    const promise = "a step gives up only when its retries are used up";
    say(promise, `${describe(failure)}, ${spent} of ${max}`);
  }
}

/** A pause that a directive asks for comes in the place of the document's. */
function checkPollsEnd(poll: PollModel | null, tried: Tries, { at }: DurableEvent, say: Say): void {
  const latest = (tried.pollSpent === null ? at : tried.pollsSince) + (poll?.maxMs ?? pollMaxMs);
  const next = tried.unjudgedUntil ?? at + Math.max(poll?.everyMs ?? pollEveryMs, tried.afterMs);
  if (next <= latest) say("polls go on until max", `${latest - next} ms are left`);
}

function isTooLate({ maxElapsedMs }: RetryModel, { startedAt, heldMs }: Tries, next: number): boolean {
  return maxElapsedMs !== null && next > startedAt + heldMs + maxElapsedMs;
}

function describe(failure: FailureData): string {
  return `${failure.kind} ${failure.status ?? ""}`;
}

function isRetryable(policy: RetryModel, failure: FailureData): boolean {
  const on = policy.on ?? ["408", "425", "429", "5xx", "network", "timeout"];
  switch (failure.kind) {
    case "status":
      return on.includes(String(failure.status)) || on.includes(`${String(failure.status).slice(0, 1)}xx`);
    case "parse":
    case "schema":
      return on.includes("schema");
    case "network":
    case "timeout":
      return on.includes(failure.kind);
    case "directive":
      return failure.code === "directive_retry";
    default:
      return false;
  }
}

function retryAfterMs(failure: FailureData, at: number): number {
  const text = failure.headers?.["retry-after"];
  if (text === undefined) return 0;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  return text.endsWith(" GMT") ? Math.max(0, Date.parse(text) - at) : 0;
}
