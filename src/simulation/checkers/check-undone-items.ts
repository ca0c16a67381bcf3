// How the items of a strategy are undone: the last end first, within the strategy's window, each with its own item.

import type { DurableEvent } from "../history.ts";
import { type StrategyModel, windowOf } from "../workload/language-model.ts";
import type { StepModel } from "../workload/model.ts";
import { itemFieldsOf, sameJson } from "./expected-value.ts";
import type { Say } from "./judge-runs.ts";
import { memberOf, type RunLog } from "./run-log.ts";
import { RunSeen } from "./run-seen.ts";
import { taskOf } from "./task-of.ts";
import type { UndoOrder } from "./undo-order.ts";

/** Of one step in one round. */
interface ItemsUndone {
  /** Those that are to be undone, in order. */
  readonly wanted: readonly number[];
  readonly begun: number[];
  readonly open: Set<number>;
  readonly succeeded: Set<number>;
}

/** `stopped`: a cancel asked for no compensation, so that not all need be undone before the end. */
export function checkUndoneItems(log: RunLog, order: UndoOrder, stopped: boolean, say: Say): void {
  const run = new RunSeen(log);
  const undone = new Map<string, ItemsUndone>();
  let first = true;
  for (const event of log.events) {
    run.take(event);
    if (event.type === "compensation.requested") first = false;
    const task = taskOf(log, event);
    if (task === null || !task.undo) continue;
    const { step, item, verb } = task;
    if (verb === "started") checkBody(log, run, step, item, event, say);
    if (step.strategy === null) continue;
    const before = undone.get(step.id);
    const starts = item === null && verb === "started";
    const items = before === undefined || starts ? beginItems(order, step, before) : before;
    undone.set(step.id, items);
    if (before !== undefined && items !== before) checkItemOrder(step.id, before, say);
    if (item !== null) takeItem(step, step.strategy, items, { item, verb }, say);
    else if (verb === "succeeded" || verb === "failed")
      checkStepEnds(step, items, verb, stopped && first, say);
  }
  for (const [id, items] of undone) checkItemOrder(id, items, say);
}

/** What an earlier round has undone stays so. */
function beginItems(order: UndoOrder, { id }: StepModel, before: ItemsUndone | undefined): ItemsUndone {
  const all = before?.wanted ?? order.items.get(id) ?? [];
  const wanted = all.filter((item) => before?.succeeded.has(item) !== true);
  return { wanted, begun: [], open: new Set(), succeeded: new Set() };
}

function checkItemOrder(id: string, { begun, wanted }: ItemsUndone, say: Say): void {
  if (sameJson(begun, wanted.slice(0, begun.length))) return;
  const what = `${id}: ${begun.join(", ")}, not ${wanted.join(", ")}`;
  say("succeeded items are undone, the last end first", what);
}

function takeItem(
  step: StepModel,
  strategy: StrategyModel,
  undone: ItemsUndone,
  { item, verb }: { readonly item: number; readonly verb: string },
  say: Say,
): void {
  const { begun, open } = undone;
  if (verb === "started" || (verb === "failed" && !open.has(item))) {
    if (verb === "started" && open.size >= windowOf(strategy))
      say("items are undone within the window", `${step.id}[${item}] beside ${open.size}`);
    begun.push(item);
    if (verb === "started") open.add(item);
  } else if (verb === "succeeded" || verb === "failed") {
    if (!open.has(item)) say("an item is undone once", `${step.id}[${item}]`);
    open.delete(item);
    if (verb === "succeeded") undone.succeeded.add(item);
  }
}

function checkStepEnds(step: StepModel, items: ItemsUndone, verb: string, stopped: boolean, say: Say): void {
  const { wanted, begun, open, succeeded } = items;
  const what = (text: string) =>
    say("a strategy is undone when its items are", `${step.id} ${verb}: ${text}`);
  if (open.size > 0) what(`${open.size} are being undone`);
  if (!stopped && begun.length < wanted.length) what(`${begun.length} of ${wanted.length} were tried`);
  const complete = succeeded.size === wanted.length;
  if ((verb === "succeeded") !== complete) what(`${succeeded.size} of ${wanted.length} are undone`);
}

interface RecordedUndo {
  readonly body: { readonly value: unknown } | null;
}

/** Its own answer and its own item. */
function checkBody(
  log: RunLog,
  run: RunSeen,
  step: StepModel,
  item: number | null,
  { data }: DurableEvent,
  say: Say,
): void {
  const request = data["request"] as RecordedUndo | null;
  if (step.strategy !== null && item === null) {
    if (request !== null) say("a strategy is undone by its items", step.id);
    return;
  }
  if (step.compensate === null) {
    if (request !== null) say("a child undoes itself", step.id);
    return;
  }
  const seen = run.step(step.id);
  const task = item === null ? seen : seen.items?.tasks.get(item);
  const undo = memberOf(task?.response, "id") ?? null;
  const wanted = { undo, ...itemFieldsOf({ log, run, step, item }) };
  const found = request?.body?.value;
  if (!sameJson(found, wanted)) {
    const what = `${step.id}[${item}]: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`;
    say("a compensation sees its own answer and item", what);
  }
}
