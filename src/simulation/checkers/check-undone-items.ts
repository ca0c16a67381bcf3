// How the items of a strategy are undone: the last end first, within the strategy's window, each with its own item.

import type { DurableEvent } from "../history.ts";
import { type StrategyModel, windowOf } from "../workload/language-model.ts";
import type { StepModel } from "../workload/model.ts";
import { itemFieldsOf, sameJson } from "./expected-value.ts";
import { memberOf, type RunLog } from "./run-log.ts";
import { RunSeen } from "./run-seen.ts";
import { taskOf } from "./task-of.ts";
import type { UndoOrder } from "./undo-order.ts";

type Say = (promise: string, what: string) => void;

interface ItemsUndone {
  readonly begun: number[];
  readonly open: Set<number>;
  succeeded: number;
}

/** `stopped`: a cancel asked for no compensation, so that not all need be undone. */
export function checkUndoneItems(log: RunLog, order: UndoOrder, stopped: boolean, say: Say): void {
  const run = new RunSeen(log);
  const found = new Map<string, ItemsUndone>();
  for (const event of log.events) {
    run.take(event);
    const task = taskOf(log, event);
    if (task === null || !task.undo) continue;
    const { step, item, verb } = task;
    if (verb === "started") checkBody(log, run, step, item, event, say);
    if (step.strategy === null) continue;
    const undone = found.get(step.id) ?? { begun: [], open: new Set(), succeeded: 0 };
    found.set(step.id, undone);
    const wanted = order.items.get(step.id) ?? [];
    if (item !== null) takeItem(step, step.strategy, undone, { item, verb }, say);
    else if (verb !== "started") checkStepEnds(step, undone, wanted, verb, stopped, say);
  }
  for (const [id, { begun }] of found) {
    const wanted = order.items.get(id) ?? [];
    if (!sameJson(begun, wanted.slice(0, begun.length))) {
      say(
        "succeeded items are undone, the last end first",
        `${id}: ${begun.join(", ")}, not ${wanted.join(", ")}`,
      );
    }
  }
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
    if (verb === "succeeded") undone.succeeded++;
  }
}

function checkStepEnds(
  step: StepModel,
  { begun, open, succeeded }: ItemsUndone,
  wanted: readonly number[],
  verb: string,
  stopped: boolean,
  say: Say,
): void {
  const what = (text: string) =>
    say("a strategy is undone when its items are", `${step.id} ${verb}: ${text}`);
  if (open.size > 0) what(`${open.size} are being undone`);
  if (!stopped && begun.length < wanted.length) what(`${begun.length} of ${wanted.length} were tried`);
  const complete = succeeded === wanted.length;
  if ((verb === "succeeded") !== complete) what(`${succeeded} of ${wanted.length} are undone`);
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
