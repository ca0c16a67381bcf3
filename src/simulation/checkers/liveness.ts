// Promises 5 and 7: once faults stop, every run goes on by itself and ends.

import type { Broken, History } from "../history.ts";
import type { RetryModel, StepModel } from "../workload/model.ts";
import { delayMs, policyOf } from "./classify.ts";
import type { RunCase } from "./run-case.ts";

/** The default of a response's timeout, which compensations have. */
const undoTimeoutMs = 30_000;
/** Answers on their way, commits, a sweep. */
const slackMs = 10_000;

export function checkLiveness(history: History, run: RunCase): readonly Broken[] {
  const { end } = run;
  const broken = (what: string) => [{ promise: "liveness", run: run.run.run, what }];
  const latest = Math.max(history.faultsEndedAt, run.run.events[0]?.durableAt ?? 0) + allowedMs(history, run);
  if (end === null)
    return broken(`it has not ended ${history.endedAt - history.faultsEndedAt} ms after the last fault`);
  return end.durableAt > latest ? broken(`it ended ${end.durableAt - latest} ms too late`) : [];
}

/** Two lease periods and the run's own timers, one step after the other. */
function allowedMs(history: History, run: RunCase): number {
  return run.model.steps.reduce((sum, step) => sum + stepMs(step), 2 * history.leaseTtlMs + slackMs);
}

function stepMs(step: StepModel): number {
  if (step.kind !== "request") return 0;
  const own = triesMs(policyOf(step, false), step.responseTimeoutMs);
  return step.compensate === null ? own : own + triesMs(policyOf(step, true), undoTimeoutMs);
}

function triesMs(policy: RetryModel, timeoutMs: number): number {
  let sum = timeoutMs;
  for (let retry = 1; retry <= policy.max; retry++)
    sum += Math.max(delayMs(policy, retry), Math.min(4_000, policy.maxDelayMs)) + timeoutMs;
  return sum;
}
