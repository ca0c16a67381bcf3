// What a rerun is to carry over, what it is to run again, and under which keys, by the language's rules.

import type { DurableEvent } from "../history.ts";
import type { WorkflowModel } from "../workload/model.ts";
import { sameKind } from "../workload/same-kind.ts";
import type { RunLog } from "./run-log.ts";
import { itemOf } from "./task-of.ts";
import { outcomesOf } from "./undo-order.ts";
import { isUndoneElsewhere } from "./undone-elsewhere.ts";

/** What a step, or an item of a strategy, came to. */
export interface Ended {
  readonly status: string;
  readonly result: unknown;
}

export interface StepEnded extends Ended {
  /** It passed, and was not undone. */
  readonly carriable: boolean;
  readonly undone: boolean;
  /** Of a strategy whose list is there. */
  readonly items: ItemsEnded | null;
}

interface ItemsEnded {
  readonly count: number;
  readonly list: string;
  readonly ended: ReadonlyMap<number, Ended>;
}

export interface Plan {
  /** Ids of the steps that run again as a whole. */
  readonly again: ReadonlySet<string>;
  /** By id of a step that runs again in part: its items that were chosen. */
  readonly items: ReadonlyMap<string, ReadonlySet<number>>;
}

/** A plan, or the code with which the rerun is to be refused. `undone`: ids of steps that other runs have undone. */
export function planOf(
  old: RunLog,
  after: WorkflowModel,
  from: readonly string[],
  undone: ReadonlySet<string>,
): Plan | string {
  return new Planner(old, after, undone).plan(from);
}

class Planner {
  readonly #ends: ReadonlyMap<string, StepEnded>;
  readonly #before: WorkflowModel;
  readonly #after: WorkflowModel;
  readonly #same: boolean;
  readonly #again = new Set<string>();
  readonly #items = new Map<string, Set<number>>();

  constructor(old: RunLog, after: WorkflowModel, undone: ReadonlySet<string>) {
    this.#ends = endsOf(old, undone);
    this.#before = old.model;
    this.#after = after;
    this.#same = old.model.version === after.version;
  }

  plan(from: readonly string[]): Plan | string {
    for (const name of from) {
      const { id = "", item } = /^(?<id>[\w-]+)(?:\[(?<item>\d+)\])?$/.exec(name)?.groups ?? {};
      if (!this.#after.steps.some((step) => step.id === id)) return "step_not_found";
      if (item === undefined) {
        this.#again.add(id);
        continue;
      }
      if (Number(item) >= (this.#ends.get(id)?.items?.count ?? 0)) return "step_not_found";
      this.#items.set(id, (this.#items.get(id) ?? new Set()).add(Number(item)));
    }
    for (const { id } of this.#after.steps) {
      if (this.#ends.get(id)?.carriable === true || this.#items.has(id)) continue;
      if (from.length === 0 && this.#mayRepeatItems(id)) this.#items.set(id, new Set());
      else this.#again.add(id);
    }
    return this.#settle(from.length > 0);
  }

  /** Steps stand in an order in which parents come first. */
  #settle(asked: boolean): Plan | string {
    for (const { id, after } of this.#after.steps) {
      const behind = after.some((parent) => this.#again.has(parent) || this.#items.has(parent));
      if (behind) this.#again.add(id);
      if (!this.#items.has(id)) continue;
      if (!this.#again.has(id) && this.#mayRepeatItems(id)) continue;
      // Behind a step that runs again, the whole step does.
      if (asked && !this.#again.has(id)) return "rerun_items_not_allowed";
      this.#items.delete(id);
      this.#again.add(id);
    }
    // What it did as another kind of thing is neither kept nor done again unasked.
    const turned = this.#after.steps.some(
      ({ id }) => !this.#again.has(id) && isTurned(this.#before, this.#after, id),
    );
    return turned ? "rerun_kind_changed" : { again: this.#again, items: this.#items };
  }

  /** Its list cannot have changed, and its items do not rest on each other. */
  #mayRepeatItems(id: string): boolean {
    const end = this.#ends.get(id);
    const type = this.#after.steps.find((step) => step.id === id)?.strategy?.type;
    return end?.items != null && !end.undone && this.#same && type !== "race" && type !== "reduce";
  }
}

function isTurned(before: WorkflowModel, after: WorkflowModel, id: string): boolean {
  const [was, is] = [before, after].map(({ steps }) => steps.find((step) => step.id === id));
  return was !== undefined && is !== undefined && !sameKind(was, is);
}

/** Whether the input may be another: nothing that runs again reads an outcome that is carried. */
export function mayEditInput({ again, items }: Plan, after: WorkflowModel): boolean {
  return (
    items.size === 0 &&
    after.steps.every((step) => !again.has(step.id) || step.after.every((parent) => again.has(parent)))
  );
}

/** What each step that ended came to, by its id. `elsewhere`: what other runs have undone of it. */
export function endsOf(
  { events, model }: RunLog,
  elsewhere: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, StepEnded> {
  const ends = new Map<string, StepEnded>();
  const undone = new Set(elsewhere);
  const items = new Map<string, { count: number; list: string; ended: Map<number, Ended> }>();
  for (const event of events) {
    const id = model.steps[Number(event.data["step"] ?? -1)]?.id;
    if (id === undefined) continue;
    const item = itemOf(event);
    if (event.type === "strategy.started") {
      const { over, count } = event.data;
      items.set(id, { count: Number(count), list: JSON.stringify(over), ended: new Map() });
    }
    if (item === null && /^compensation\.(?:started|failed)$/.test(event.type)) undone.add(id);
    const end = endOf(event);
    if (end === null) continue;
    if (item !== null) items.get(id)?.ended.set(item, end);
    else ends.set(id, { ...end, undone: false, items: null });
  }
  const known = new Set([...ends.keys(), ...items.keys()]);
  return new Map(
    [...known].map((id): [string, StepEnded] => {
      const end = ends.get(id) ?? { status: "cancelled", result: null, carriable: false };
      const carriable = end.carriable && !undone.has(id);
      return [id, { ...end, carriable, undone: undone.has(id), items: items.get(id) ?? null }];
    }),
  );
}

const endTypes = /^(?:step|item)\.(?:succeeded|failed|skipped|cancelled|rejected)$/;

function endOf({ type, data }: DurableEvent): (Ended & { readonly carriable: boolean }) | null {
  if (type === "step.carried" || type === "item.carried") {
    const { status, result } = data["outcome"] as Ended;
    return { status, result, carriable: true };
  }
  if (!endTypes.test(type)) return null;
  const status = type.split(".")[1] as string;
  const passed = status === "succeeded" || status === "skipped" || data["passed"] === true;
  return { status, result: data["result"] ?? null, carriable: passed };
}

export interface TaskName {
  readonly step: string;
  readonly item: number | null;
}

/**
 * Whose run begins the keys of a step or item: one that was carried over keeps its key for its compensation, and one whose
 * outcome was unknown is asked again with the key that it had, as long as it is the same kind of thing; an item, as long as
 * it stands for the same entry.
 */
export function keyOwner(logs: ReadonlyMap<string, RunLog>, log: RunLog, task: TaskName): string {
  const old = logs.get(String(log.events[0]?.data["rerunOf"]));
  if (old === undefined) return log.run.run;
  const { step, item } = task;
  const number = log.model.steps.findIndex(({ id }) => id === step);
  const carried = log.events.some(
    (event) => event.type.endsWith(".carried") && event.data["step"] === number && itemOf(event) === item,
  );
  const unknown = isUnknown(logs, old, task) && !isUndone(logs, log, old, task);
  const kept =
    unknown && !isTurned(old.model, log.model, step) && (item === null || isSameList(log, old, step));
  return carried || kept ? keyOwner(logs, old, task) : log.run.run;
}

/** One that never began is as unknown as it was in the run before. */
function isUnknown(logs: ReadonlyMap<string, RunLog>, log: RunLog, task: TaskName): boolean {
  const number = log.model.steps.findIndex(({ id }) => id === task.step);
  if (number < 0) return false;
  const begun = log.events.some(
    (event) =>
      /^(step|item)\.(started|carried)$/.test(event.type) &&
      event.data["step"] === number &&
      itemOf(event) === task.item,
  );
  if (!begun) return keyOwner(logs, log, task) !== log.run.run;
  return outcomesOf(log).get(task.step)?.get(task.item)?.unknown === true;
}

/** It has been undone: under its old key nothing would be done any more. */
function isUndone(logs: ReadonlyMap<string, RunLog>, log: RunLog, old: RunLog, task: TaskName): boolean {
  const { step, item } = task;
  const number = old.model.steps.findIndex(({ id }) => id === step);
  const before = log.events[0]?.order ?? 0;
  const own = old.events.some(
    (event) =>
      event.type === "compensation.succeeded" &&
      event.data["step"] === number &&
      itemOf(event) === item &&
      event.order < before,
  );
  return own || isUndoneElsewhere(logs, old, task, before);
}

/** The same document over the same input and outcomes. */
function isSameList(log: RunLog, old: RunLog, id: string): boolean {
  if (log.model.version !== old.model.version || JSON.stringify(log.input) !== JSON.stringify(old.input))
    return false;
  const after = log.model.steps.find((step) => step.id === id)?.after ?? [];
  return after.every((parent) => {
    const number = log.model.steps.findIndex((step) => step.id === parent);
    return log.events.some(({ type, data }) => type === "step.carried" && data["step"] === number);
  });
}
