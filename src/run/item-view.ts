// The items of a strategy as lists show them: what each is for, how far it is, why it failed.

import { entryAt } from "../value/persistent-list.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import type { Failure } from "./failure.ts";
import { type ItemsState, type Phase, pendingTask, type TaskState, type UndoState } from "./state.ts";
import type { StepStatus } from "./status.ts";

export interface ItemView {
  /** From 0. */
  readonly item: number;
  /** The beginning of its entry in the list, as JSON text. */
  readonly entry: string;
  readonly status: StepStatus;
  readonly phase: Phase | null;
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** When the next attempt, poll or end of a sleep is due, or null. */
  readonly nextAttemptAt: number | null;
  /** When its wait ends by itself, or null. */
  readonly waitsUntil: number | null;
  /** Of the last attempt that failed; null for one that succeeded. */
  readonly error: Pick<Failure, "code" | "message" | "status"> | null;
  /** How far it is undone, or null. */
  readonly undo: UndoState["status"] | null;
  readonly child: string | null;
}

interface ItemsAsked {
  readonly status?: StepStatus;
  readonly from: number;
  readonly limit: number;
}

const entryCharsMax = 200;

/** `total` counts all that fit. Touches each item once where a status is asked for, else only those that are shown. */
export function listItems(
  items: ItemsState,
  at: number,
  { status, from, limit }: ItemsAsked,
): { readonly total: number; readonly items: readonly ItemView[] } {
  const fitting: number[] = [];
  if (status !== undefined) {
    for (let item = 0; item < items.count; item++) {
      if (taskOf(items, item).status === status) fitting.push(item);
    }
  }
  const total = status === undefined ? items.count : fitting.length;
  const shown: ItemView[] = [];
  for (let place = from; place < Math.min(from + limit, total); place++) {
    shown.push(viewItem(items, fitting[place] ?? place, at));
  }
  return { total, items: shown };
}

function taskOf({ tasks }: ItemsState, item: number): TaskState {
  return entryAt(tasks, item) ?? pendingTask;
}

function viewItem(items: ItemsState, item: number, at: number): ItemView {
  const task = taskOf(items, item);
  const running = task.status === "running";
  const { failure } = task;
  return {
    item,
    entry: entryOf(items, item),
    status: task.status,
    phase: task.phase,
    attempts: task.attempt,
    startedAt: task.startedAt > 0 ? task.startedAt : null,
    endedAt: task.endedAt,
    nextAttemptAt: running && task.notBefore > at ? task.notBefore : null,
    waitsUntil: running && task.phase === "wait" ? task.waitUntil : null,
    error:
      task.status === "succeeded" || failure === null
        ? null
        : { code: failure.code, message: failure.message, status: failure.status },
    undo: task.undo?.status ?? null,
    child: task.child?.run ?? null,
  };
}

function entryOf({ over, size, strategy }: ItemsState, item: number): string {
  const entry = strategy === "batch" ? over.slice(item * size, (item + 1) * size) : (over[item] ?? null);
  const text = stringifyJson(entry);
  return text.length <= entryCharsMax ? text : `${text.slice(0, entryCharsMax)}…`;
}
