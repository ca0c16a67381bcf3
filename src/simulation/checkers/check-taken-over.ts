// Undoing again: what a rerun took over, and stands on, is not undone by the run that it goes again from.

import type { Broken, DurableEvent, History } from "../history.ts";
import { keyOwner, type TaskName } from "./rerun-plan.ts";
import { type RunLog, roundOf, runLogs, stepOf, terminalTypes } from "./run-log.ts";
import { itemOf } from "./task-of.ts";
import { isUndoneElsewhere } from "./undone-elsewhere.ts";

type Logs = ReadonlyMap<string, RunLog>;

export function checkTakenOver(history: History): readonly Broken[] {
  // Of two nodes each may look before the other writes.
  if (!history.exclusive) return [];
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const later = [...logs.values()].filter((log) => typeof log.events[0]?.data["rerunOf"] === "string");
  return [...logs.values()].flatMap((log) => checkRun(logs, log, later));
}

function checkRun(logs: Logs, log: RunLog, later: readonly RunLog[]): readonly Broken[] {
  const broken: Broken[] = [];
  for (const event of log.events) {
    const step = stepOf(log, event);
    if (event.type !== "compensation.started" || step === null || roundOf(log, event.order) === 0) continue;
    const asked = askedAt(log, event);
    if (asked === null) continue;
    const task = { step: step.id, item: itemOf(event) };
    for (const other of later) {
      if (other.run.run === log.run.run || !standsOn(logs, other, log, task, asked.order)) continue;
      const promise = "what a rerun stands on is not undone by where it came from";
      broken.push({ promise, run: log.run.run, what: `${step.id} of ${other.run.run}` });
    }
  }
  return broken;
}

/** By whom the round was begun in which it lies; null for a parent that has its child undone. */
function askedAt({ events }: RunLog, { order }: DurableEvent): DurableEvent | null {
  const asked = events.findLast((event) => event.type === "compensation.requested" && event.order <= order);
  return asked === undefined || asked.data["by"] !== undefined ? null : asked;
}

/** It was there at `order`, with the call of this task under the same key, and had not ended badly. */
function standsOn(logs: Logs, other: RunLog, log: RunLog, task: TaskName, order: number): boolean {
  const born = other.events[0]?.order ?? order;
  if (born >= order || born < (log.events[0]?.order ?? 0) || other.model.name !== log.model.name)
    return false;
  const holds = other.model.steps.some(({ id }) => id === task.step) && other.run.tenant === log.run.tenant;
  const end = other.events.find(({ type }) => terminalTypes.has(type));
  if (!holds || (end !== undefined && end.order < order && end.type !== "run.completed")) return false;
  return (
    keyOwner(logs, other, task) === keyOwner(logs, log, task) && !isUndoneElsewhere(logs, log, task, order)
  );
}
