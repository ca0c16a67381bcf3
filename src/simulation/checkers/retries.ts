// Retries: only what may be retried, never too often, never too soon, and not given up too early.

import type { Broken, Call, DurableEvent } from "../history.ts";
import type { RetryModel, StepModel } from "../workload/model.ts";
import { classify, delayMs, policyOf, retryAfterMs } from "./classify.ts";
import { callsOf, type RunCase, storyOf } from "./run-case.ts";
import { firstBadSeq } from "./step-order.ts";
import { type Announced, type AttemptStory, failureOf } from "./step-story.ts";

export function checkRetries(run: RunCase): readonly Broken[] {
  const broken: Broken[] = [];
  for (const step of run.model.steps) {
    for (const undo of [false, true]) {
      const story = undo ? storyOf(run, step).undo : storyOf(run, step);
      if (story.announced.length === 0) continue;
      const tried: Tried = { run, step, undo, policy: policyOf(step, undo), story };
      for (const what of [...judgeRetries(tried), ...judgeEnd(tried)]) {
        const where = `${undo ? "compensation of " : ""}step ${step.id}`;
        broken.push({ promise: "retry", run: run.run.run, what: `${where}: ${what}` });
      }
    }
  }
  return broken;
}

interface Tried {
  readonly run: RunCase;
  readonly step: StepModel;
  readonly undo: boolean;
  readonly policy: RetryModel;
  readonly story: AttemptStory;
}

function judgeRetries(tried: Tried): readonly string[] {
  const wrong: string[] = [];
  let spent = 0;
  for (const retry of tried.story.announced.slice(1)) {
    const crash = retry.failure?.kind === "crash";
    if (!crash) spent++;
    if (Number(retry.event.data["spent"]) !== spent)
      wrong.push(`attempt ${retry.attempt} has spent ${retry.event.data["spent"]}, not ${spent}`);
    if (spent > tried.policy.max)
      wrong.push(`attempt ${retry.attempt} is retry ${spent} of at most ${tried.policy.max}`);
    const what = crash ? judgeLost(tried, retry) : judgeRetry(tried, retry, spent);
    if (what !== null) wrong.push(`attempt ${retry.attempt} ${what}`);
  }
  return wrong;
}

function judgeLost({ step, undo, story, policy }: Tried, { notBefore }: Announced): string | null {
  if (undo) return null;
  if (step.onCrash === "fail") return "follows a crash although on_crash is fail";
  return isTooLate(policy, story, notBefore) ? "begins after max_elapsed" : null;
}

function judgeRetry(tried: Tried, retry: Announced, spent: number): string | null {
  const { step, policy, story } = tried;
  const calls = heardCalls(tried, retry.attempt - 1);
  if (!calls.some((call) => classify(step, call).retryable))
    return `follows ${retry.failure?.kind}, which is not to be retried`;
  if (isTooLate(policy, story, retry.notBefore)) return "begins after max_elapsed";
  const waited = retry.notBefore - retry.event.at;
  const asked = calls.map((call) => Math.min(retryAfterMs(call, retry.event.at), policy.maxDelayMs));
  const least = Math.max(policy.jitter === "none" ? delayMs(policy, spent) : 0, Math.min(...asked));
  if (waited < least) return `waits ${waited} ms, not at least ${least} ms`;
  const most = Math.max(delayMs(policy, spent), ...asked) + 1;
  return waited > most ? `waits ${waited} ms, not at most ${most} ms` : null;
}

/** A failure that had to be retried was not. */
function judgeEnd(tried: Tried): readonly string[] {
  const { run, step, undo, policy, story } = tried;
  const { end } = story;
  if (end === null || !end.type.endsWith(".failed")) return [];
  const badAt = firstBadSeq(run);
  if (!undo && badAt !== null && badAt < end.seq) return [];
  if (mayBeTooLate(policy, story, end)) return [];
  const { kind } = failureOf(end);
  if (kind === "crash")
    return !undo && step.onCrash === "fail" ? [] : ["it failed by a crash although on_crash is retry"];
  const spent = story.announced.filter(({ failure }) => failure !== null && failure.kind !== "crash").length;
  const calls = heardCalls(tried, story.announced.length).filter(
    (call) => classify(step, call).kind === kind,
  );
  const given =
    calls.length > 0 && calls.every((call) => classify(step, call).retryable) && spent < policy.max;
  return given ? [`it failed (${kind}) after ${spent} of ${policy.max} retries`] : [];
}

function heardCalls({ run, step, undo }: Tried, attempt: number): readonly Call[] {
  return callsOf(run, step, undo).filter((call) => call.attempt === attempt && call.heard !== null);
}

function isTooLate(policy: RetryModel, story: AttemptStory, at: number): boolean {
  const first = story.announced[0]?.event.at ?? 0;
  return policy.maxElapsedMs !== null && at > first + policy.maxElapsedMs;
}

/** With jitter the checker cannot know whether the next attempt would have begun in time. */
function mayBeTooLate(policy: RetryModel, story: AttemptStory, end: DurableEvent): boolean {
  return isTooLate(policy, story, end.at + policy.maxDelayMs);
}
