// Calls that several runs hold under one key, because one goes again from another: who has undone them, who may yet.

import type { DurableEvent } from "../history.ts";
import { keyOwner, type TaskName } from "./rerun-plan.ts";
import { type RunLog, terminalTypes } from "./run-log.ts";
import { itemOf } from "./task-of.ts";

type Logs = ReadonlyMap<string, RunLog>;

/** Ids of the steps of `log` that other runs had begun to undo, as a whole or some items of them, before `order`. */
export function stepsUndoneElsewhere(logs: Logs, log: RunLog, order: number): ReadonlySet<string> {
  const undone = new Set<string>();
  for (const other of othersOf(logs, log, order)) {
    for (const event of other.events) {
      if (event.order >= order || !/^compensation\.(?:started|failed)$/.test(event.type)) continue;
      const id = other.model.steps[Number(event.data["step"] ?? -1)]?.id;
      if (id === undefined || undone.has(id)) continue;
      if (isShared(logs, log, other, { step: id, item: itemOf(event) })) undone.add(id);
    }
  }
  return undone;
}

/** The call of a task has been undone under its key by another run, before `order`. */
export function isUndoneElsewhere(logs: Logs, log: RunLog, task: TaskName, order: number): boolean {
  return othersOf(logs, log, order).some((other) => {
    const number = other.model.steps.findIndex(({ id }) => id === task.step);
    const undone = other.events.some(
      (event) =>
        event.type === "compensation.succeeded" &&
        event.data["step"] === number &&
        itemOf(event) === task.item &&
        event.order < order,
    );
    return undone && keyOwner(logs, other, task) === keyOwner(logs, log, task);
  });
}

/** Runs that go on from `began` to `until`, or longer, and have the call of this task under the same key. */
export function holdersThrough(
  logs: Logs,
  log: RunLog,
  task: TaskName,
  { began, until }: { readonly began: number; readonly until: number },
): readonly RunLog[] {
  return othersOf(logs, log, began).filter(
    (other) =>
      !other.events.some(({ type, order }) => terminalTypes.has(type) && order < until) &&
      keyOwner(logs, other, task) === keyOwner(logs, log, task),
  );
}

/** Of the same workflow, and begun before `order`. */
function othersOf(logs: Logs, { run, model }: RunLog, order: number): readonly RunLog[] {
  return [...logs.values()].filter(
    (other) =>
      other.run.run !== run.run &&
      other.run.tenant === run.tenant &&
      other.model.name === model.name &&
      (other.events[0]?.order ?? order) < order,
  );
}

function isShared(logs: Logs, log: RunLog, other: RunLog, task: TaskName): boolean {
  const [ours, theirs] = [log, other].map((one) => itemsOf(one, task.step)) as [Items, Items];
  if (!ours.has(task.item) || !theirs.has(task.item)) return false;
  return keyOwner(logs, other, task) === keyOwner(logs, log, task);
}

type Items = ReadonlySet<number | null>;

const begins = /^(?:step|item|child)\.(?:started|carried)$/;

/** Items that began or were carried over; null for a step without a list. */
function itemsOf({ events, model }: RunLog, step: string): Items {
  const number = model.steps.findIndex(({ id }) => id === step);
  const mine = events.filter(({ data }: DurableEvent) => data["step"] === number);
  const items = mine.filter(({ type }) => begins.test(type)).map(itemOf);
  const repeats = mine.some(({ type }) => type === "strategy.started");
  return new Set(items.filter((item) => (item === null) !== repeats));
}
