// What is undone after a bad end, in which order, and what the run says of it.

import type { Broken, DurableEvent, History } from "../history.ts";
import { failureOf, isSuccessStatus, type RunLog, runLogs, stepOf, terminalTypes } from "./run-log.ts";

type Say = (promise: string, what: string) => void;

interface Outcome {
  accepted: boolean;
  unknown: boolean;
  endedSeq: number;
}

export function checkCompensation(history: History): readonly Broken[] {
  return runLogs(history).flatMap((log) => {
    const broken: Broken[] = [];
    checkRun(log, (promise, what) => broken.push({ promise, run: log.run.run, what }));
    return broken;
  });
}

function checkRun(log: RunLog, say: Say): void {
  const wanted = undoOrder(log);
  const undone: string[] = [];
  let open: string | null = null;
  let running = 0;
  let succeeded = 0;
  let ended: DurableEvent | null = null;
  for (const event of log.events) {
    const id = stepOf(log, event)?.id ?? "";
    if (event.type === "step.started") running++;
    if (isEndOfStarted(log, event)) running--;
    if (event.type === "compensation.started" || (event.type === "compensation.failed" && open !== id)) {
      if (open !== null) say("compensations come one after the other", `${id} while ${open}`);
      if (running > 0) say("compensation waits for what is in flight", id);
      undone.push(id);
      open = event.type === "compensation.started" ? id : null;
    } else if (event.type === "compensation.succeeded" || event.type === "compensation.failed") {
      if (event.type === "compensation.succeeded") succeeded++;
      open = null;
    }
    if (terminalTypes.has(event.type)) ended = event;
  }
  const order = wanted.slice(0, undone.length);
  if (JSON.stringify(undone) !== JSON.stringify(order)) {
    say("what was accepted is undone, the last end first", `${undone.join(", ")}, not ${wanted.join(", ")}`);
  }
  if (ended === null) return;
  checkEnd(log, ended, { wanted, undone, succeeded }, say);
}

function checkEnd(
  log: RunLog,
  ended: DurableEvent,
  { wanted, undone, succeeded }: { wanted: readonly string[]; undone: readonly string[]; succeeded: number },
  say: Say,
): void {
  if (ended.type === "run.completed") {
    if (undone.length > 0) say("a run that completed is not undone", undone.join(", "));
    return;
  }
  const ending = log.events.find(({ type }) => type === "run.ending");
  if (ending === undefined || `run.${ending.data["status"]}` !== ended.type) {
    say("the first cause names the status", `${ended.type} after ${ending?.data["status"]}`);
  }
  const stopped = log.events.some(
    ({ type, data }) => type === "run.cancel_requested" && data["compensate"] === false,
  );
  if (!stopped && undone.length < wanted.length) {
    say("everything that was accepted is undone", `${undone.length} of ${wanted.length}`);
  }
  const expected = undone.length === 0 ? "none" : succeeded === wanted.length ? "complete" : "partial";
  if (ended.data["compensation"] !== expected) {
    say("the run says how far it was undone", `${ended.data["compensation"]}, not ${expected}`);
  }
}

/** Ids of the steps that are to be undone, in order. */
function undoOrder(log: RunLog): readonly string[] {
  const outcomes = new Map<string, Outcome>();
  for (const event of log.events) {
    const step = stepOf(log, event);
    if (step === null || step.kind !== "request" || !event.type.startsWith("step.")) continue;
    const outcome = outcomes.get(step.id) ?? { accepted: false, unknown: false, endedSeq: 0 };
    outcomes.set(step.id, outcome);
    if (event.type === "step.succeeded") {
      outcome.accepted = true;
      outcome.unknown = false;
    }
    if (event.type === "step.retrying" || event.type === "step.failed") {
      const { reach, status, kind } = failureOf(event);
      if (status !== null && isSuccessStatus(step, status) && kind !== "status") outcome.accepted = true;
      outcome.unknown = reach === "unknown" || (reach === "no" && outcome.unknown);
    }
    if (["step.succeeded", "step.failed", "step.cancelled"].includes(event.type))
      outcome.endedSeq = event.seq;
  }
  return log.model.steps
    .filter(({ id, compensate }) => {
      const outcome = outcomes.get(id);
      if (compensate === null || outcome === undefined || outcome.endedSeq === 0) return false;
      return outcome.accepted || (outcome.unknown && compensate.whenUnknown);
    })
    .map(({ id }) => id)
    .sort((a, b) => (outcomes.get(b)?.endedSeq ?? 0) - (outcomes.get(a)?.endedSeq ?? 0));
}

/** The end of a step that had begun with a call. */
function isEndOfStarted(log: RunLog, event: DurableEvent): boolean {
  if (!["step.succeeded", "step.failed", "step.cancelled"].includes(event.type)) return false;
  return log.events.some(
    ({ type, data, seq }) =>
      type === "step.started" && data["step"] === event.data["step"] && seq < event.seq,
  );
}
