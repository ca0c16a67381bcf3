// Timers of steps and runs: never early, and late only by what crashes, clocks and the store may hold them up.

import type { Broken, DurableEvent, History } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { type LateMax, lateMaxOf } from "./late-max.ts";
import { failureOf, type RunLog, stepOf } from "./run-log.ts";
import { isBeginning, isEnd } from "./wait-log.ts";

export function checkTimeouts(history: History): readonly Broken[] {
  return judgeRuns(history, (log, say) => {
    const lateMax = lateMaxOf(history, log);
    checkSteps(log, lateMax, say);
    checkRun(log, lateMax, say);
  });
}

function checkSteps(log: RunLog, lateMax: LateMax, say: Say): void {
  const begun = new Map<string, DurableEvent>();
  const won = new Set<string>();
  // What a rerun took over in part begins with its run.
  const started = log.events.find(({ type }) => type === "run.started");
  for (const event of log.events) {
    const step = stepOf(log, event);
    if (step === null) continue;
    if (isBeginning(event)) {
      begun.set(step.id, started === undefined || event.at >= started.at ? event : started);
      // What a rerun took over in part is recorded before its run begins.
      if (started !== undefined && event.seq > started.seq)
        checkDeadline(step.id, step.timeoutMs, event, say);
    }
    if (event.type === "sleep.started") checkSleep(log, step, event, say);
    const beginning = begun.get(step.id);
    const timedOut =
      isLateChild(event) || (event.type === "step.failed" && failureOf(event).kind === "step_timeout");
    if (timedOut && won.has(step.id)) say("a race that is won does not time out", step.id);
    if (isWon(step, event)) won.add(step.id);
    if (beginning === undefined || !(isEnd(event) || isLateChild(event) || isWon(step, event))) continue;
    begun.delete(step.id);
    const since = beginning.at;
    if (step.sleep !== null) checkWakes(log, step, { event, since, timedOut, lateMax }, say);
    if (step.timeoutMs === null) {
      if (timedOut) say("only what has a timeout times out", step.id);
      continue;
    }
    const late = event.at - since - step.timeoutMs;
    checkTime(`step ${step.id}`, { late, lateMaxMs: lateMax(late, event), timedOut }, say);
  }
}

function checkDeadline(what: string, timeoutMs: number | null, { at, data }: DurableEvent, say: Say): void {
  const wanted = timeoutMs === null ? null : at + timeoutMs;
  if ((data["deadlineAt"] ?? null) !== wanted)
    say("a timeout is counted from the beginning", `${what}: ${data["deadlineAt"]}, not ${wanted}`);
}

/** A child that takes too long is told to end then, and its step ends when it has. */
function isLateChild({ type, data }: DurableEvent): boolean {
  return type === "child.cancelling" && data["failure"] !== null;
}

/** A race is over when somebody wins it; children that lose may still be at work. */
function isWon({ strategy }: StepModel, { type }: DurableEvent): boolean {
  return strategy?.type === "race" && type === "item.succeeded";
}

/** For its duration, or until the time that the trigger says. */
function checkSleep({ input }: RunLog, { id, sleep }: StepModel, { at, data }: DurableEvent, say: Say): void {
  const wake = input["wake"];
  const wanted =
    sleep?.type === "for" ? at + sleep.ms : typeof wake === "number" ? wake : Date.parse(String(wake));
  if (data["until"] !== wanted)
    say("a sleep lasts as its document says", `${id}: ${data["until"]}, not ${wanted}`);
}

interface Woken {
  readonly event: DurableEvent;
  readonly since: number;
  readonly timedOut: boolean;
  readonly lateMax: LateMax;
}

/** Neither early nor late, and the earlier of the sleep and the step's timeout counts. */
function checkWakes(
  log: RunLog,
  step: StepModel,
  { event, since, timedOut, lateMax }: Woken,
  say: Say,
): void {
  const begun = log.events.find(
    ({ type, data }) => type === "sleep.started" && data["step"] === event.data["step"],
  );
  const until = Number(begun?.data["until"]);
  const due = step.timeoutMs === null ? Number.POSITIVE_INFINITY : since + step.timeoutMs;
  if (timedOut && until < due) say("a sleep that is over does not time out", step.id);
  if (event.type !== "step.succeeded") return;
  if (until > due) say("a step that sleeps too long times out", step.id);
  if (event.at < until) say("timers are never early", `${step.id} woke ${until - event.at} ms early`);
  const late = event.at - Math.max(until, since);
  if (late > lateMax(late, event)) say("a sleep is not late beyond reason", step.id);
}

function checkRun(log: RunLog, lateMax: LateMax, say: Say): void {
  const { timeoutMs } = log.model;
  const ending = log.events.find(({ type }) => type === "run.ending" || type === "run.completed");
  const started = log.events.find(({ type }) => type === "run.started");
  if (ending === undefined || started === undefined) return;
  checkDeadline("the run", timeoutMs, started, say);
  const timedOut = ending.data["status"] === "timed_out";
  const late = ending.at - started.at - (timeoutMs ?? 0);
  if (timeoutMs !== null) checkTime("the run", { late, lateMaxMs: lateMax(late, ending), timedOut }, say);
  else if (timedOut) say("only what has a timeout times out", "the run");
}

interface Timed {
  readonly late: number;
  readonly lateMaxMs: number;
  readonly timedOut: boolean;
}

function checkTime(what: string, { late, lateMaxMs, timedOut }: Timed, say: Say): void {
  if (timedOut && late < 0) say("timers are never early", `${what} timed out ${-late} ms early`);
  if (late > lateMaxMs) say("a timeout is not late beyond reason", `${what} went on ${late} ms after it`);
}
