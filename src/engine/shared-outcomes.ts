// Outcomes that several runs hold: what one of them has undone no other builds on, nor on what one may still undo.

import type { Step, Workflow } from "../language/workflow.ts";
import { keyOwner } from "../run/call-headers.ts";
import type { RerunPlan } from "../run/command.ts";
import { isUndoable } from "../run/compensate.ts";
import type { KeptKey } from "../run/event.ts";
import type { ItemsState, RunState, StepState, TaskState, UndoState } from "../run/state.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { entryAt, withEntry } from "../value/persistent-list.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Definitions } from "./definitions.ts";
import { mayUndo, originHash } from "./origin-hashes.ts";
import type { EnginePorts } from "./ports.ts";
import { isOver } from "./propose.ts";
import type { RunReader } from "./run-reader.ts";

/** A run that may hold an outcome of another, or a key under which another calls. */
interface Holder {
  readonly state: RunState;
  readonly workflow: Workflow;
}

/** Another run stands on what one is still to undo. */
export interface InUse {
  readonly run: string;
  /** Id of the step whose outcome it is. */
  readonly step: string;
  readonly completed: boolean;
}

const pageRows = 100;

/** Those whose keys a run uses: itself, and what it went again from. */
export function originsOf({ created, steps }: RunState): readonly string[] {
  const origins = new Set([created.run, ...(created.keptKeys ?? []).map(({ run }) => run)]);
  for (const step of steps) {
    for (const { carriedFrom } of tasksOf(step)) if (carriedFrom !== null) origins.add(carriedFrom);
  }
  return [...origins];
}

function taskIn(step: StepState, item: number | null): TaskState | undefined {
  if (item === null) return step;
  return step.items === null ? undefined : entryAt(step.items.tasks, item);
}

function tasksOf(step: StepState): readonly TaskState[] {
  const { items } = step;
  if (items === null) return [step];
  return Array.from({ length: items.count }, (_, item) => entryAt(items.tasks, item) ?? []).flat();
}

/** The other runs that hold what this one does, as they were when it was looked for them. */
export class Holders {
  readonly #workflow: Workflow;
  readonly #state: RunState;
  readonly #others: readonly Holder[];

  constructor(workflow: Workflow, state: RunState, others: readonly Holder[]) {
    this.#workflow = workflow;
    this.#state = state;
    this.#others = others;
  }

  /** The run's state, with what others have undone, or begun to undo, as if it had been undone here. */
  state(): RunState {
    let { steps } = this.#state;
    for (const other of this.#others) {
      steps = steps.map((step, number) => this.#asLeft(step, number, other));
    }
    return { ...this.#state, steps, created: this.#createdAsLeft() };
  }

  /** Under a key that was to be kept for a call that never began, nothing would be done once another has undone it. */
  #createdAsLeft(): RunState["created"] {
    const { created } = this.#state;
    const keptKeys = created.keptKeys?.filter(
      (key) => this.#hasBegun(key) || !this.#others.some((other) => this.#hasUndone(key, other)),
    );
    return keptKeys === undefined ? created : { ...created, keptKeys };
  }

  #hasBegun({ step, item }: KeptKey): boolean {
    const task = taskIn(this.#state.steps[step] as StepState, item);
    return task !== undefined && (task.attempt > 0 || task.carriedFrom !== null);
  }

  #hasUndone({ step, item, run }: KeptKey, other: Holder): boolean {
    const there = this.#there(step, other);
    if (there === null) return false;
    const task = taskIn(other.state.steps[there] as StepState, item);
    if (task?.undo?.status !== "succeeded") return false;
    return keyOwner(other.state, { step: other.workflow.steps[there] as Step, item }) === run;
  }

  #asLeft(step: StepState, number: number, other: Holder): StepState {
    const there = this.#there(number, other);
    if (there === null) return step;
    const left = other.state.steps[there] as StepState;
    if (step.items === null || left.items === null) {
      const isSame = step.items === left.items && this.#isSameCall(number, null, other, there);
      return isSame ? { ...step, undo: furthest(step.undo, left.undo) } : step;
    }
    let { undo, items } = step;
    for (let item = 0; item < items.count; item++) {
      const [own, one] = [entryAt(items.tasks, item), entryAt(left.items.tasks, item)];
      if (own === undefined || one === undefined) continue;
      if (one.undo === null || !this.#isSameCall(number, item, other, there)) continue;
      undo = furthest(undo, left.undo);
      items = withTask(items, item, { ...own, undo: furthest(own.undo, one.undo) });
    }
    return { ...step, undo, items };
  }

  /** Errors: `run_not_ended`, when a run that goes on may undo what `plan`, of version `after`, takes over. */
  check(after: Workflow, { carried, keptKeys }: RerunPlan): void {
    const held = carried.flatMap(({ step, whole, strategy }) =>
      [...(whole === null ? [] : [{ item: null, ...whole }]), ...(strategy?.items ?? [])]
        .filter(({ outcome }) => outcome.accepted || outcome.unknown === true)
        .map(({ item, from }) => ({ step, item, run: from })),
    );
    for (const { step, item, run } of [...held, ...keptKeys]) {
      const id = after.steps[step]?.id ?? "";
      for (const { workflow, state } of this.#others) {
        const number = workflow.stepNumbers.get(id);
        if (isOver(state) || number === undefined || !mayUndo(workflow, number)) continue;
        if (keyOwner(state, { step: workflow.steps[number] as Step, item }) !== run) continue;
        const message = `${state.created.run} has not ended, and may undo what ${id} did`;
        throw new DispatchedError("run_not_ended", message, {
          hint: `wait for it, cancel it, or run ${id} again, too`,
          extra: { run: state.created.run },
        });
      }
    }
  }

  /** The run that took over what is still to be undone here, and goes on or completed with it; null when there is none. */
  inUse(): InUse | null {
    for (const other of this.#others) {
      if (!this.#standsOn(other)) continue;
      const step = this.#workflow.steps.find(({ number }) => this.#isUndoOf(number, other));
      if (step === undefined) continue;
      const { created, status } = other.state;
      return { run: created.run, step: step.id, completed: status === "completed" };
    }
    return null;
  }

  /** One that completed counts when it is the later one: a rerun undoes what it took over, whatever it was made of. */
  #standsOn({ state }: Holder): boolean {
    if (!isOver(state)) return true;
    return state.status === "completed" && state.createdAt >= this.#state.createdAt;
  }

  /** To undo the step, or an item of it, would undo what the other holds. */
  #isUndoOf(number: number, other: Holder): boolean {
    const there = this.#there(number, other);
    if (there === null) return false;
    const [step, left] = [this.#state.steps[number] as StepState, other.state.steps[there] as StepState];
    const numbers =
      step.items === null ? [null] : Array.from({ length: step.items.count }, (_, item) => item);
    return numbers.some((item) => {
      const task = taskIn(step, item);
      if (task === undefined || !isUndoable(this.#workflow.steps[number] as Step, task)) return false;
      if (task.undo?.status === "succeeded" || taskIn(left, item)?.undo?.status === "succeeded") return false;
      return this.#isSameCall(number, item, other, there);
    });
  }

  #there(number: number, { workflow }: Holder): number | null {
    return workflow.stepNumbers.get(this.#workflow.steps[number]?.id ?? "") ?? null;
  }

  /** One key stands for one call, whoever makes or undoes it. */
  #isSameCall(number: number, item: number | null, other: Holder, there: number): boolean {
    const [step, same] = [this.#workflow.steps[number], other.workflow.steps[there]];
    if (step === undefined || same === undefined) return false;
    return keyOwner(this.#state, { step, item }) === keyOwner(other.state, { step: same, item });
  }
}

/** What one run could not undo another may have undone. */
function furthest(one: UndoState | null, other: UndoState | null): UndoState | null {
  return one?.status === "succeeded" ? one : (other ?? one);
}

function withTask(items: ItemsState, item: number, task: TaskState): ItemsState {
  return { ...items, tasks: withEntry(items.tasks, item, task) };
}

/** @param before only those that were made before this time (milliseconds since 1970), or null */
export async function findHolders(
  { store, vault }: EnginePorts,
  definitions: Definitions,
  reader: RunReader,
  tenant: TenantId,
  { workflow, state, before }: Holder & { readonly before: number | null },
): Promise<Holders> {
  const found = new Set<string>();
  for (const origin of originsOf(state)) {
    found.add(origin);
    const filter = {
      label: originHash(vault, tenant, origin),
      ...(before === null ? {} : { createdTo: before }),
    };
    for (let cursor: string | null = null; ; ) {
      const page = await store.listRuns(tenant, filter, cursor, pageRows);
      for (const { run } of page.rows) found.add(run);
      cursor = page.next;
      if (cursor === null) break;
    }
  }
  found.delete(state.created.run);
  const others: Holder[] = [];
  for (const run of found) {
    // What was forgotten meanwhile says nothing any more.
    if ((await store.readRun(tenant, run as RunId)) === null) continue;
    const { state: there } = await reader.load(tenant, run as RunId);
    const definition = await definitions.find(tenant, there.created.workflow, there.created.version);
    others.push({ state: there, workflow: definition.workflow });
  }
  return new Holders(workflow, state, others);
}
