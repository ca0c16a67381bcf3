// Once faults stop, every run that can progress does, and ends within two lease periods and its own timers.

import type { Broken, History } from "../history.ts";
import {
  type RetryModel,
  retryOf,
  type StepModel,
  undoRetryOf,
  type WorkflowModel,
} from "../workload/model.ts";
import { leftInAHurry } from "./left-in-a-hurry.ts";
import { type RunLog, runLogs, terminalTypes } from "./run-log.ts";

/** Sweeps, commits and answers on their way, for a whole run. */
const slackMs = 8_000;
/** The most that a service asks for by `Retry-After`, unless the retry's own bound is lower. */
const retryAfterMaxMs = 3_000;
/** The most that a service asks for by a directive. */
const directiveAfterMaxMs = 2_000;
const undoTimeoutMs = 30_000;
/** A breaker that opens again and again while the last faults are felt. */
const breakerSlackMs = 10_000;
/** What a parent and its child tell each other: the start, the end, the undoing. */
const childSlackMs = 3_000;

export function checkLiveness(history: History): readonly Broken[] {
  const promise = "every run that can progress does";
  const known = new Map(runLogs(history).map((log) => [log.run.run, log]));
  return history.runs.flatMap(({ run, tenant, held, events }): readonly Broken[] => {
    const end = events.find(({ type }) => terminalTypes.has(type));
    if (end === undefined && history.damaged.has(run)) return [];
    if (end === undefined) {
      if (leftInAHurry(history, tenant)) return [];
      return [{ promise, run, what: `it stands after ${events.at(-1)?.type ?? "nothing"}` }];
    }
    const log = known.get(run);
    if (log === undefined) return [{ promise, run, what: "it is of no known workflow" }];
    const asked = events.findLast(({ type }) => type === "compensation.requested");
    if (
      asked !== undefined &&
      !events.some(({ type, seq }) => type === "compensation.ended" && seq > asked.seq)
    )
      return [{ promise, run, what: "what is undone again comes to an end" }];
    if (held) return [{ promise: "what has ended leaves memory", run, what: "a node holds it" }];
    const started = events.find(({ type }) => type === "run.started");
    if (started === undefined) return [];
    const resumed = events.findLast(({ type }) => type === "run.resumed");
    const begun = Math.max(started.durableAt, resumed?.durableAt ?? 0);
    const late = end.durableAt - latestEnd(history, known, log, begun);
    return late > 0 ? [{ promise, run, what: `it ended ${late} ms later than faults explain` }] : [];
  });
}

type Known = ReadonlyMap<string, RunLog>;

function latestEnd(history: History, known: Known, log: RunLog, startedAt: number): number {
  const begun = Math.max(history.faultsEndedAt, startedAt);
  return begun + 2 * history.leaseTtlMs + slackMs + longestRun(known, log) + heldMax(history);
}

/** Where hosts are spared a call may wait for all the others: the tightest rule lets two of them begin in a second. */
function heldMax(history: History): number {
  if (history.hosts.length === 0) return 0;
  const others = history.calls.filter(({ sentWorldAt }) => sentWorldAt >= history.faultsEndedAt);
  return breakerSlackMs + 500 * others.length;
}

function longestRun(known: Known, log: RunLog): number {
  const own = log.model.steps.reduce(
    (sum, step) => sum + itemsOf(log, step) * longestStep(log.model, step),
    longestWaits(log),
  );
  return log.events.reduce((sum, { type, data }) => {
    const child = type === "child.started" ? known.get(String(data["run"])) : undefined;
    // Its start, its end and its own undoing are told from run to run.
    return child === undefined ? sum : sum + 3 * childSlackMs + longestRun(known, child);
  }, own);
}

/** One item after the other is more than any window takes. */
function itemsOf(log: RunLog, step: StepModel): number {
  if (step.strategy === null) return 1;
  const number = log.model.steps.indexOf(step);
  const started = log.events.find(({ type, data }) => type === "strategy.started" && data["step"] === number);
  return Number(started?.data["count"] ?? 0);
}

/** Polls and sleeps, one after the other: how long each may take is judged elsewhere. */
function longestWaits(log: RunLog): number {
  return log.events.reduce((sum, { type, at, data }) => {
    if (type === "sleep.started") return sum + Math.max(0, Number(data["until"]) - at);
    if (!type.endsWith(".polled")) return sum;
    const step = log.model.steps[Number(data["step"])];
    const timeoutMs = type.startsWith("compensation.") ? undoTimeoutMs : (step?.responseTimeoutMs ?? 0);
    return sum + Number(data["notBefore"]) - at + timeoutMs;
  }, 0);
}

/** One step after the other is more than any graph takes. */
function longestStep(model: WorkflowModel, step: StepModel): number {
  const waits = step.wait?.timeoutMs ?? 0;
  if (step.kind !== "request" && step.kind !== "child") return waits;
  const own = waits + (step.kind === "child" ? 0 : longestCall(retryOf(model, step), step.responseTimeoutMs));
  return step.compensate === null ? own : own + longestCall(undoRetryOf(step.compensate), undoTimeoutMs);
}

function longestCall(policy: RetryModel, timeoutMs: number): number {
  let sum = timeoutMs;
  for (let retry = 1; retry <= policy.max; retry++) {
    const growth =
      policy.backoff === "exponential" ? 2 ** (retry - 1) : policy.backoff === "linear" ? retry : 1;
    sum += timeoutMs + Math.min(Math.max(policy.delayMs * growth, retryAfterMaxMs), policy.maxDelayMs);
    sum += directiveAfterMaxMs;
  }
  return sum;
}
