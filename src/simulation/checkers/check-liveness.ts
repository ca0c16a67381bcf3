// Once faults stop, every run that can progress does, and ends within two lease periods and its own timers.

import type { Broken, History } from "../history.ts";
import {
  type RetryModel,
  retryOf,
  type StepModel,
  undoRetryOf,
  type WorkflowModel,
} from "../workload/model.ts";
import { type RunLog, runLogs, terminalTypes } from "./run-log.ts";

/** Sweeps, commits and answers on their way, for a whole run. */
const slackMs = 8_000;
/** The most that a service asks for by `Retry-After`, unless the retry's own bound is lower. */
const retryAfterMaxMs = 3_000;
const undoTimeoutMs = 30_000;

export function checkLiveness(history: History): readonly Broken[] {
  const promise = "every run that can progress does";
  const known = new Map(runLogs(history).map((log) => [log.run.run, log]));
  return history.runs.flatMap(({ run, events }): readonly Broken[] => {
    const end = events.find(({ type }) => terminalTypes.has(type));
    if (end === undefined) {
      return [{ promise, run, what: `it stands after ${events.at(-1)?.type ?? "nothing"}` }];
    }
    const log = known.get(run);
    if (log === undefined) return [{ promise, run, what: "it is of no known workflow" }];
    const late = end.durableAt - latestEnd(history, log);
    return late > 0 ? [{ promise, run, what: `it ended ${late} ms later than faults explain` }] : [];
  });
}

function latestEnd(history: History, log: RunLog): number {
  const begun = Math.max(history.faultsEndedAt, log.events[0]?.durableAt ?? 0);
  const own = log.model.steps.reduce((sum, step) => sum + longestStep(log.model, step), 0);
  return begun + 2 * history.leaseTtlMs + slackMs + own;
}

/** One step after the other is more than any graph takes. */
function longestStep(model: WorkflowModel, step: StepModel): number {
  if (step.kind === "value") return 0;
  const own = longestCall(retryOf(model, step), step.responseTimeoutMs);
  return step.compensate === null ? own : own + longestCall(undoRetryOf(step.compensate), undoTimeoutMs);
}

function longestCall(policy: RetryModel, timeoutMs: number): number {
  let sum = timeoutMs;
  for (let retry = 1; retry <= policy.max; retry++) {
    const growth =
      policy.backoff === "exponential" ? 2 ** (retry - 1) : policy.backoff === "linear" ? retry : 1;
    sum += timeoutMs + Math.min(Math.max(policy.delayMs * growth, retryAfterMaxMs), policy.maxDelayMs);
  }
  return sum;
}
