// Going again: a new run from chosen steps or items of one that has ended, with the outcomes of the others carried over.

import type { Step, Workflow } from "../language/workflow.ts";
import { keyOwner } from "../run/call-headers.ts";
import type { CarriedStep, CarriedStrategy, CarriedTask, RerunPlan } from "../run/command.ts";
import type { KeptKey } from "../run/event.ts";
import { hasCarriableItems, isCarriable, isStillUnknown } from "../run/is-carriable.ts";
import { itemsOfPages } from "../run/items-of-pages.ts";
import { type ItemsState, pendingTask, type RunState, type StepState, type TaskState } from "../run/state.ts";
import { isSameKind, kindOf } from "../run/step-kind.ts";
import { entryAt } from "../value/persistent-list.ts";
import { DispatchedError } from "../value/problem.ts";
import { withMember } from "../value/stored-body.ts";

export interface Rerun extends RerunPlan {
  /** What runs again reads outcomes that are carried over. */
  readonly readsCarried: boolean;
}

const name = /^(?<id>[A-Za-z_][A-Za-z0-9_-]*)(?:\[(?<item>0|[1-9][0-9]{0,5})\])?$/;

/**
 * `from` are ids of steps, and items as `step[3]`; empty for what did not pass. `edited`: the input is another.
 * Errors: `step_not_found`, `rerun_items_not_allowed`, `rerun_kind_changed`.
 */
export function planRerun(
  before: Workflow,
  state: RunState,
  after: Workflow,
  from: readonly string[],
  edited = false,
): Rerun {
  return new RerunPlanner(before, state, after, edited).plan(from);
}

class RerunPlanner {
  readonly #before: Workflow;
  readonly #state: RunState;
  readonly #after: Workflow;
  readonly #edited: boolean;
  /** Numbers of the steps that run again as a whole. */
  readonly #again = new Set<number>();
  /** By step number: the items that run again of a step that is carried over otherwise. */
  readonly #items = new Map<number, Set<number>>();

  constructor(before: Workflow, state: RunState, after: Workflow, edited: boolean) {
    this.#before = before;
    this.#state = state;
    this.#after = after;
    this.#edited = edited;
  }

  plan(from: readonly string[]): Rerun {
    for (const chosen of from) this.#choose(chosen);
    for (const { number } of this.#after.steps) {
      const old = this.#old(number);
      if (old !== null && isCarriable(old)) continue;
      if (this.#items.has(number)) continue;
      if (from.length === 0 && this.#mayRepeatItems(number)) {
        this.#items.set(number, new Set());
      } else this.#addWithDependents(number);
    }
    this.#settleItems(from.length > 0);
    const kept = this.#after.steps.map((step) => step.number).filter((number) => !this.#again.has(number));
    this.#checkKinds(kept);
    const carried = kept
      .sort((a, b) => this.#endedSeq(a) - this.#endedSeq(b))
      .map((number) => this.#carry(number));
    return {
      of: this.#state.created.run,
      carried,
      keptKeys: this.#after.steps.flatMap((step) => this.#keptKeys(step.number)),
      readsCarried: this.#items.size > 0 || this.#readsCarried(),
    };
  }

  #choose(chosen: string): void {
    const { id = "", item } = name.exec(chosen)?.groups ?? {};
    const number = this.#after.stepNumbers.get(id);
    if (number === undefined) {
      const { name: workflow, version } = this.#after;
      throw new DispatchedError("step_not_found", `${workflow} version ${version} has no step ${chosen}`);
    }
    if (item === undefined) {
      this.#addWithDependents(number);
      return;
    }
    const count = this.#old(number)?.items?.count ?? 0;
    if (Number(item) >= count) {
      throw new DispatchedError("step_not_found", `${id} has ${count} items, and none is ${chosen}`);
    }
    this.#items.set(number, (this.#items.get(number) ?? new Set()).add(Number(item)));
  }

  #addWithDependents(number: number): void {
    if (this.#again.has(number)) return;
    this.#again.add(number);
    for (const dependent of this.#after.steps[number]?.dependents ?? []) this.#addWithDependents(dependent);
  }

  /** What follows a step of which items run again runs again; an item runs alone only when its list cannot change. */
  #settleItems(asked: boolean): void {
    for (const number of this.#items.keys()) {
      for (const dependent of this.#after.steps[number]?.dependents ?? []) this.#addWithDependents(dependent);
    }
    for (const number of [...this.#items.keys()].sort((a, b) => a - b)) {
      if (!this.#again.has(number) && this.#mayRepeatItems(number)) continue;
      if (asked && !this.#again.has(number)) {
        const id = this.#after.steps[number]?.id;
        throw new DispatchedError("rerun_items_not_allowed", `items of ${id} cannot be run again alone`, {
          hint: `run the whole step again: ${id}`,
        });
      }
      this.#items.delete(number);
      this.#addWithDependents(number);
    }
  }

  /** What was done as one kind of step could not be undone, nor read, as another; and to do it again is for people to say. */
  #checkKinds(kept: readonly number[]): void {
    const changed = kept.filter((number) => !this.#isKindKept(number)).sort((a, b) => a - b);
    if (changed.length === 0) return;
    const [old, now] = [this.#before.version, this.#after.version];
    const told = changed.map((number) => {
      const [was, is] = [this.#stepBefore(number), this.#after.steps[number]] as [Step, Step];
      return `${is.id} was ${kindOf(was)} in version ${old} and is ${kindOf(is)} in version ${now}`;
    });
    const ids = changed.map((number) => this.#after.steps[number]?.id).join(",");
    throw new DispatchedError("rerun_kind_changed", `${told.join("; ")}: the old outcome does not fit`, {
      hint: `let it run again (--from ${ids}): what it did before then stays done`,
    });
  }

  #isKindKept(number: number): boolean {
    const before = this.#stepBefore(number);
    return before !== undefined && isSameKind(before, this.#after.steps[number] as Step);
  }

  #stepBefore(number: number): Step | undefined {
    return this.#before.steps[this.#oldNumber(number) ?? -1];
  }

  #mayRepeatItems(number: number): boolean {
    const old = this.#old(number);
    return old !== null && hasCarriableItems(old) && this.#isSameVersion();
  }

  #isSameVersion(): boolean {
    return this.#before.version === this.#after.version;
  }

  /** The list of items is as it was: the same document over the same input and outcomes. */
  #isListKept(number: number): boolean {
    const parents = this.#after.steps[number]?.after ?? [];
    const runsAgain = (parent: number) => this.#again.has(parent) || this.#items.has(parent);
    return this.#isSameVersion() && !this.#edited && !parents.some(runsAgain);
  }

  #old(number: number): StepState | null {
    const there = this.#oldNumber(number);
    return there === undefined ? null : (this.#state.steps[there] as StepState);
  }

  #oldNumber(number: number): number | undefined {
    return this.#before.stepNumbers.get(this.#after.steps[number]?.id ?? "");
  }

  #endedSeq(number: number): number {
    return this.#old(number)?.endedSeq ?? 0;
  }

  #carry(number: number): CarriedStep {
    const old = this.#old(number) as StepState;
    const again = this.#items.get(number);
    const whole = again === undefined ? this.#carriedTask(old, number, null) : null;
    const strategy = old.items === null ? null : this.#carryItems(number, old, old.items, again);
    return { step: number, whole, strategy };
  }

  #carryItems(
    number: number,
    old: StepState,
    items: ItemsState,
    again?: ReadonlySet<number>,
  ): CarriedStrategy {
    const carried: { readonly item: number; readonly task: TaskState }[] = [];
    for (let item = 0; item < items.count; item++) {
      const task = entryAt(items.tasks, item);
      if (task === undefined || task.endedSeq === 0 || again?.has(item) === true) continue;
      if (again === undefined || task.status === "succeeded" || old.status === "succeeded") {
        carried.push({ item, task });
      }
    }
    carried.sort((a, b) => a.task.endedSeq - b.task.endedSeq);
    const { strategy, over, size, count, acc } = items;
    return {
      started: { strategy, over, size, count, initial: acc },
      items: carried.map(({ item, task }) => ({ item, ...this.#carriedTask(task, number, item) })),
    };
  }

  #carriedTask(
    task: TaskState & { readonly skipped?: StepState["skipped"] },
    number: number,
    item: number | null,
  ): CarriedTask {
    const { status, skipped = null, answer, signals, failure, accepted, unknown } = task;
    return {
      from: this.#keyOwner(number, item),
      outcome: {
        status: status as CarriedTask["outcome"]["status"],
        skipped,
        result: wholeResult(task),
        answer,
        signals:
          signals?.map((signal) => withMember({ name: signal.name, body: null }, "body", signal, "body")) ??
          null,
        failure,
        accepted,
        ...(unknown ? { unknown } : {}),
        ...lateChild(task),
      },
    };
  }

  #keyOwner(number: number, item: number | null): string {
    const step = this.#stepBefore(number);
    return step === undefined ? this.#state.created.run : keyOwner(this.#state, { step, item });
  }

  /**
   * A call whose outcome was unknown keeps its key, unless it was undone: a service knows both by their keys. So does one
   * that was to keep it here and never began.
   */
  #keptKeys(number: number): readonly KeptKey[] {
    const old = this.#old(number);
    if (old === null || !this.#isKindKept(number)) return [];
    const kept = (item: number | null): KeptKey => ({
      step: number,
      item,
      run: this.#keyOwner(number, item),
    });
    const again = this.#items.get(number);
    if (again === undefined && !this.#again.has(number)) return [];
    const before = this.#keptBefore(number);
    const isKept = (task: TaskState, item: number | null) =>
      isStillUnknown(task) || (before.has(item) && task.attempt === 0 && task.carriedFrom === null);
    const own = old.items === null && isKept(old, null) ? [kept(null)] : [];
    if (!this.#isListKept(number)) return own;
    // Of a list that was not even made, those that were to keep theirs are known all the same.
    const { items } = old;
    const numbers = items === null ? [...before] : Array.from({ length: items.count }, (_, item) => item);
    const taskOf = (item: number) => (items === null ? undefined : entryAt(items.tasks, item)) ?? pendingTask;
    const unknown = numbers.filter((item) => item !== null && isKept(taskOf(item), item));
    return [...own, ...unknown.map(kept)];
  }

  /** The items, or null for the step itself, that were to keep a key in the run before. */
  #keptBefore(number: number): ReadonlySet<number | null> {
    const there = this.#oldNumber(number);
    const { keptKeys = [] } = this.#state.created;
    return new Set(keptKeys.filter(({ step }) => step === there).map(({ item }) => item));
  }

  #readsCarried(): boolean {
    return [...this.#again].some((number) =>
      (this.#after.steps[number]?.after ?? []).some((parent) => !this.#again.has(parent)),
    );
  }
}

/** Its pages stand in the log of the run before: what is carried over has all their items. */
function wholeResult({ result, pages }: TaskState): TaskState["result"] {
  return result?.type === "paged" ? { ...result, items: itemsOfPages(pages, result.items) } : result;
}

/** A result of a child names it already. */
function lateChild({ accepted, result, child }: TaskState): Pick<CarriedTask["outcome"], "child"> {
  if (!accepted || child === null || result?.type === "child") return {};
  const { run, workflow, version } = child;
  return { child: { run, workflow, version } };
}
