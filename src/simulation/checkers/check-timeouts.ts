// Timers of steps and runs: never early, and late only by what crashes, clocks and the store may hold them up.

import type { Broken, History } from "../history.ts";
import { failureOf, type RunLog, runLogs, stepOf } from "./run-log.ts";

/** Down times, a jump of the clock and a store that is silent, one after the other. */
const lateMaxMs = 60_000;

type Say = (promise: string, what: string) => void;

export function checkTimeouts(history: History): readonly Broken[] {
  return runLogs(history).flatMap((log) => {
    const broken: Broken[] = [];
    const say: Say = (promise, what) => broken.push({ promise, run: log.run.run, what });
    checkSteps(log, say);
    checkRun(log, say);
    return broken;
  });
}

function checkSteps(log: RunLog, say: Say): void {
  const begun = new Map<string, number>();
  for (const event of log.events) {
    const step = stepOf(log, event);
    if (step === null) continue;
    if (event.type === "step.started") begun.set(step.id, event.at);
    const since = begun.get(step.id);
    if (since === undefined || !["step.succeeded", "step.failed", "step.cancelled"].includes(event.type))
      continue;
    const timedOut = event.type === "step.failed" && failureOf(event).kind === "step_timeout";
    if (step.timeoutMs === null) {
      if (timedOut) say("only what has a timeout times out", step.id);
      continue;
    }
    checkTime(`step ${step.id}`, { late: event.at - since - step.timeoutMs, timedOut }, say);
  }
}

function checkRun(log: RunLog, say: Say): void {
  const { timeoutMs } = log.model;
  const ending = log.events.find(({ type }) => type === "run.ending" || type === "run.completed");
  const since = log.events.find(({ type }) => type === "run.started")?.at;
  if (ending === undefined || since === undefined) return;
  const timedOut = ending.data["status"] === "timed_out";
  if (timeoutMs !== null) checkTime("the run", { late: ending.at - since - timeoutMs, timedOut }, say);
  else if (timedOut) say("only what has a timeout times out", "the run");
}

function checkTime(what: string, { late, timedOut }: { late: number; timedOut: boolean }, say: Say): void {
  if (timedOut && late < 0) say("timers are never early", `${what} timed out ${-late} ms early`);
  if (late > lateMaxMs) say("a timeout is not late beyond reason", `${what} went on ${late} ms after it`);
}
