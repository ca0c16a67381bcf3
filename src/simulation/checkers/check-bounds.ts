// What a run may record at most: it fails when it has recorded more, not before, and not later; what ends or undoes it is
// exempt. Signals that no wait took yet are refused beyond theirs.

import type { Broken, DurableEvent, History, RunBounds } from "../history.ts";
import { isOfEvent } from "./check-signals.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { failureOf, type RunLog, terminalTypes } from "./run-log.ts";

/** Events that a decision adds without a look at the bounds: a pause, an early answer, what asks for the end. */
const unseenMax = 4;

export function checkBounds(history: History): readonly Broken[] {
  const bounds = history.runBounds;
  return judgeRuns(history, (log, say) => {
    if (bounds === null) checkUnbounded(log, say);
    else {
      checkRecorded(log, bounds, say);
      checkStanding(history, log, bounds, say);
    }
  });
}

function limitOf({ type, data }: DurableEvent): string | null {
  const cause = type === "run.ending" ? (data["cause"] as { readonly type: string }) : null;
  return cause?.type === "limit" ? failureOf({ data: cause } as never).code : null;
}

function checkUnbounded({ events }: RunLog, say: Say): void {
  for (const event of events)
    if (limitOf(event) !== null) say("a run fails by its limits only beyond them", `${limitOf(event)}`);
}

function checkRecorded({ events }: RunLog, bounds: RunBounds, say: Say): void {
  let [counted, least, most] = [0, 0, 0];
  for (const [index, event] of events.entries()) {
    const limit = limitOf(event);
    if (limit === "run_events" && counted <= bounds.events)
      say("a run fails by its limits only beyond them", `${limit} after ${counted}`);
    if (limit === "run_data_bytes" && most <= bounds.dataBytes)
      say("a run fails by its limits only beyond them", `${limit} after ${most} at most`);
    if (event.type === "run.ending" || event.type === "run.completed") return;
    counted += weightOf(events, event);
    least += answerBytes(event);
    most += JSON.stringify(event.data).length;
    const isLast = events[index + 1]?.order !== event.order;
    if (!isLast || event.type === "run.queued") continue;
    if (counted > bounds.events + unseenMax)
      say("a run beyond its limits fails", `it goes on after ${counted} events`);
    if (least > bounds.dataBytes) say("a run beyond its limits fails", `it goes on after ${least} bytes`);
  }
}

/** What others send to a wait counts once it is taken. */
function weightOf(events: readonly DurableEvent[], event: DurableEvent): number {
  if (event.type === "wait.passed_over" || event.type === "wait.ignored") return 0;
  if (event.type === "signal.received") return isOfEvent(event) ? 0 : 1;
  return event.type === "wait.ended" ? 1 + takenBy(event).filter((seq) => isEventAt(events, seq)).length : 1;
}

function takenBy({ data }: DurableEvent): readonly number[] {
  return data["signals"] as readonly number[];
}

function isEventAt(events: readonly DurableEvent[], seq: number): boolean {
  const event = events[seq - 1];
  return event !== undefined && isOfEvent(event);
}

/** Bytes that count for certain. */
function answerBytes({ type, data }: DurableEvent): number {
  const result = data["result"] as { readonly body?: unknown; readonly value?: unknown } | undefined;
  if (!/^(?:step|item)\.succeeded$/.test(type) || result === undefined) return 0;
  return JSON.stringify(result.body ?? result.value ?? null).length;
}

/** Signals that no wait has taken; what is sent to one task, as the answer to a callback is, counts for none. */
function checkStanding(history: History, log: RunLog, { earlySignals }: RunBounds, say: Say): void {
  const standing = new Set<number>();
  /** By place in the one sequence. */
  const full: number[] = [];
  for (const event of log.events) {
    if (terminalTypes.has(event.type)) break;
    if (event.type === "signal.received" && event.data["step"] === undefined) {
      if (standing.size >= earlySignals && !mayBeAwaited(log, event))
        say("no more signals stand than may", `${event.data["name"]} beside ${standing.size}`);
      standing.add(event.seq);
      if (standing.size >= earlySignals) full.push(event.order);
    }
    if (event.type === "wait.ended") for (const seq of takenBy(event)) standing.delete(seq);
    if (event.type === "wait.ignored") standing.delete(Number(event.data["signal"]));
  }
  for (const { run, name, outcomes } of history.signals) {
    if (run !== log.run.run) continue;
    for (const { code, order } of outcomes)
      if (code === "too_many_signals" && !full.some((since) => since < order))
        say("a signal is refused only for its reason", `${name}: ${code}, and fewer stood`);
  }
}

/** A wait for it had begun: what an open wait takes is taken all the same. */
function mayBeAwaited({ events, model }: RunLog, signal: DurableEvent): boolean {
  return events.some(({ type, seq, data }) => {
    const wait = model.steps[Number(data["step"])]?.wait?.for;
    if (type !== "wait.started" || seq > signal.seq || wait === undefined) return false;
    return "names" in wait && wait.names.includes(String(signal.data["name"]));
  });
}
