// What is undone after a bad end, in which order, and what the run says of it.

import type { Broken, DurableEvent, History } from "../history.ts";
import { checkUndoneItems } from "./check-undone-items.ts";
import { type RunLog, runLogs, terminalTypes } from "./run-log.ts";
import { taskOf } from "./task-of.ts";
import { type UndoOrder, undoOrder } from "./undo-order.ts";
import { isBeginning, isEnd } from "./wait-log.ts";

type Say = (promise: string, what: string) => void;

export function checkCompensation(history: History): readonly Broken[] {
  return runLogs(history).flatMap((log) => {
    const broken: Broken[] = [];
    checkRun(log, (promise, what) => broken.push({ promise, run: log.run.run, what }));
    return broken;
  });
}

interface Undone {
  readonly order: UndoOrder;
  readonly steps: string[];
  succeeded: number;
}

function checkRun(log: RunLog, say: Say): void {
  const undone: Undone = { order: undoOrder(log), steps: [], succeeded: 0 };
  let open: string | null = null;
  const running = new Set<string>();
  let ended: DurableEvent | null = null;
  for (const event of log.events) {
    if (terminalTypes.has(event.type)) ended = event;
    const task = taskOf(log, event);
    follow(running, event);
    if (task === null || !task.undo) continue;
    const { id } = task.step;
    if (running.size > 0)
      say("compensation waits for what is in flight", `${id}, ${[...running].join(", ")}`);
    if (task.item !== null) {
      if (open !== id) say("compensations come one after the other", `${task.name} while ${open}`);
      continue;
    }
    if (task.verb === "started" || (task.verb === "failed" && open !== id)) {
      if (open !== null) say("compensations come one after the other", `${id} while ${open}`);
      undone.steps.push(id);
      open = task.verb === "started" ? id : null;
    } else if (task.verb === "succeeded" || task.verb === "failed") {
      if (task.verb === "succeeded") undone.succeeded++;
      open = null;
    }
  }
  const wanted = undone.order.steps;
  if (JSON.stringify(undone.steps) !== JSON.stringify(wanted.slice(0, undone.steps.length))) {
    const what = `${undone.steps.join(", ")}, not ${wanted.join(", ")}`;
    say("what was accepted is undone, the last end first", what);
  }
  checkUndoneItems(log, undone.order, isStopped(log), say);
  if (ended !== null) checkEnd(log, ended, undone, say);
}

/** Steps that have begun and not ended. */
function follow(running: Set<string>, event: DurableEvent): void {
  const step = String(event.data["step"]);
  if (isBeginning(event)) running.add(step);
  if (isEnd(event)) running.delete(step);
}

function isStopped({ events }: RunLog): boolean {
  return events.some(({ type, data }) => type === "run.cancel_requested" && data["compensate"] === false);
}

function checkEnd(log: RunLog, ended: DurableEvent, undone: Undone, say: Say): void {
  const { steps, succeeded } = undone;
  const wanted = undone.order.steps;
  if (ended.type === "run.completed") {
    if (steps.length > 0) say("a run that completed is not undone", steps.join(", "));
    return;
  }
  const ending = log.events.find(({ type }) => type === "run.ending");
  if (ending === undefined || `run.${ending.data["status"]}` !== ended.type) {
    say("the first cause names the status", `${ended.type} after ${ending?.data["status"]}`);
  }
  if (!isStopped(log) && steps.length < wanted.length) {
    say("everything that was accepted is undone", `${steps.length} of ${wanted.length}`);
  }
  const expected = steps.length === 0 ? "none" : succeeded === wanted.length ? "complete" : "partial";
  if (ended.data["compensation"] !== expected) {
    say("the run says how far it was undone", `${ended.data["compensation"]}, not ${expected}`);
  }
}
