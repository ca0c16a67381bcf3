// Attempts: what is retried, how often, when, and when a step gives up.

import type { Broken, DurableEvent, History } from "../history.ts";
import { type RetryModel, retryOf, type StepModel, undoRetryOf } from "../workload/model.ts";
import { type FailureData, failureOf, type RunLog, runLogs, stepOf } from "./run-log.ts";

interface Tries {
  attempt: number;
  spent: number;
  readonly startedAt: number;
}

type Say = (promise: string, what: string) => void;

export function checkRetries(history: History): readonly Broken[] {
  return runLogs(history).flatMap((log) => {
    const broken: Broken[] = [];
    checkRun(log, (promise, what) => broken.push({ promise, run: log.run.run, what }));
    return broken;
  });
}

function checkRun(log: RunLog, say: Say): void {
  const tries = new Map<string, Tries>();
  let ending = false;
  for (const event of log.events) {
    if (event.type === "run.ending") ending = true;
    const step = stepOf(log, event);
    if (step === null) continue;
    const undo = event.type.startsWith("compensation.");
    const key = `${undo ? "undo of " : ""}${step.id}`;
    if (event.type.endsWith(".started")) {
      tries.set(key, { attempt: 1, spent: 0, startedAt: event.at });
      if (event.data["attempt"] !== 1) say("attempts count from 1", key);
    }
    const tried = tries.get(key);
    if (tried === undefined) continue;
    const policy = undo
      ? step.compensate === null
        ? null
        : undoRetryOf(step.compensate)
      : retryOf(log.model, step);
    if (policy === null) continue;
    const saySo: Say = (promise, what) => say(promise, `${key} attempt ${tried.attempt}: ${what}`);
    if (event.type.endsWith(".retrying")) checkRetry(step, policy, tried, event, undo, saySo);
    if (event.type === "step.failed") checkGivesUp(step, policy, tried, event, ending, saySo);
    if (event.type === "compensation.failed") checkGivesUp(step, policy, tried, event, false, saySo);
  }
}

function checkRetry(
  step: StepModel,
  policy: RetryModel,
  tried: Tries,
  event: DurableEvent,
  undo: boolean,
  say: Say,
): void {
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
    checkDelay(policy, spent, failure, event.at, notBefore, say);
  }
  if (policy.maxElapsedMs !== null && notBefore > tried.startedAt + policy.maxElapsedMs && !undo) {
    say("no attempt begins later than max_elapsed", `${notBefore - tried.startedAt} ms after the first`);
  }
  tried.attempt = attempt;
  tried.spent = spent;
}

function checkDelay(
  policy: RetryModel,
  retry: number,
  failure: FailureData,
  at: number,
  notBefore: number,
  say: Say,
): void {
  const growth =
    policy.backoff === "exponential" ? 2 ** (retry - 1) : policy.backoff === "linear" ? retry : 1;
  const full = Math.min(policy.delayMs * growth, policy.maxDelayMs);
  const asked = Math.min(retryAfterMs(failure, at), policy.maxDelayMs);
  const delay = notBefore - at;
  const least = Math.max(asked, policy.jitter === "none" ? full : 0);
  const most = Math.max(asked, full);
  if (delay < least || delay > Math.ceil(most))
    say("a retry waits as long as its policy says", `${delay}, not ${least} to ${most} ms`);
}

function checkGivesUp(
  step: StepModel,
  policy: RetryModel,
  tried: Tries,
  event: DurableEvent,
  ending: boolean,
  say: Say,
): void {
  const failure = failureOf(event);
  if (failure.kind === "step_timeout") {
    const due = tried.startedAt + (step.timeoutMs ?? Number.POSITIVE_INFINITY);
    if (event.at < due) say("timers are never early", `timed out at ${event.at}, due at ${due}`);
    return;
  }
  if (ending || policy.maxElapsedMs !== null) return;
  if (failure.kind === "crash") {
    if (step.onCrash !== "fail") say("on_crash is heeded", "it was not tried again");
  } else if (isRetryable(policy, failure) && tried.spent < policy.max) {
    say(
      "a step gives up only when its retries are used up",
      `${describe(failure)}, ${tried.spent} of ${policy.max}`,
    );
  }
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
