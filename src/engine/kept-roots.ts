// The runs at the top whose children a rerun took over and may have to undo: kept, and open to the engine, while it is active.

import type { Workflow } from "../language/workflow.ts";
import type { KeptRun } from "../ports/live-records.ts";
import type { RunRow } from "../ports/store.ts";
import type { DataKey, Vault } from "../ports/vault.ts";
import type { CarriedTask, RerunPlan } from "../run/command.ts";
import { compensationOf } from "../run/compensate.ts";
import type { CarriedOutcome } from "../run/event.ts";
import type { ItemsState, RunState, TaskState } from "../run/state.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { entryAt } from "../value/persistent-list.ts";
import type { LiveRecords } from "./live-records.ts";
import type { EnginePorts } from "./ports.ts";
import type { RunIdentity } from "./propose.ts";
import type { RunKeys } from "./run-keys.ts";
import { wrapRunKey } from "./run-log.ts";
import { sideBySide } from "./side-by-side.ts";

export interface KeptRoot {
  readonly run: RunId;
  /** What is stored of its key, as it was seen. */
  readonly seen: Uint8Array;
  /** Null when the engine alone may not open it. */
  readonly key: DataKey | null;
}

const readsAtOnce = 16;

/** Children that a new run takes over and may have to undo. */
export function childrenTaken(workflow: Workflow, { carried }: RerunPlan): readonly RunId[] {
  return carried.flatMap(({ step, whole, strategy }) => {
    if (!undoesByChild(workflow, step)) return [];
    const tasks: readonly CarriedTask[] = strategy?.items ?? (whole === null ? [] : [whole]);
    return tasks.flatMap(({ outcome }) => childOf(outcome));
  });
}

/** The same of a run that there is. */
function childrenTakenOver(workflow: Workflow, state: RunState): readonly RunId[] {
  return state.steps.flatMap((step, number) => {
    if (!undoesByChild(workflow, number)) return [];
    const tasks = step.items === null ? [step] : endedItems(step.items);
    return tasks.flatMap((task) => (task.carriedFrom === null ? [] : childOf(task)));
  });
}

function endedItems({ tasks, ended }: ItemsState): readonly TaskState[] {
  const found: TaskState[] = [];
  for (let at = ended; at !== null; at = at.before) {
    const task = entryAt(tasks, at.item);
    if (task !== undefined) found.push(task);
  }
  return found;
}

function undoesByChild(workflow: Workflow, number: number): boolean {
  const step = workflow.steps[number];
  return step?.action.type === "workflow" && compensationOf(step) === null;
}

function childOf({
  accepted,
  child,
  result,
}: Pick<CarriedOutcome, "accepted" | "result"> & {
  readonly child?: { readonly run: string } | null;
}): readonly RunId[] {
  const run = child?.run ?? (result?.type === "child" ? result.run : null);
  return accepted && run !== null ? [run as RunId] : [];
}

export class KeptRoots {
  readonly #ports: EnginePorts;
  readonly #keys: RunKeys;

  constructor(ports: EnginePorts, keys: RunKeys) {
    this.#ports = ports;
    this.#keys = keys;
  }

  /** @param attended what takes them over: nothing is opened to the engine alone for it. Errors: those of `RunKeys.open` */
  async ofChildren(
    tenant: TenantId,
    children: readonly RunId[],
    attended: boolean,
  ): Promise<readonly KeptRoot[]> {
    const { store } = this.#ports;
    const rows = await sideBySide(children, readsAtOnce, (child) => store.readRun(tenant, child));
    const roots = new Set(rows.flatMap((row) => row?.root ?? []));
    return this.#read(tenant, [...roots], attended);
  }

  /** What it must keep should it be gone on with: nothing for a run that has not ended. Errors: those of `RunKeys.open`. */
  async ofRun(row: RunRow, workflow: Workflow, state: RunState): Promise<readonly KeptRoot[]> {
    if (row.endedAt === null) return [];
    return this.ofChildren(row.tenant, childrenTakenOver(workflow, state), row.attended);
  }

  /**
   * Opens to the engine alone what the run may need, unless it is attended, and gives it with the keys of what it keeps as
   * they are now. Errors: those of `LiveRecords.ensure`.
   */
  async makeLive(live: LiveRecords, identity: RunIdentity): Promise<RunIdentity> {
    const { tenant, id, definition, attended } = identity;
    const roots = identity.keeps.map(({ run }) => run);
    const keeps = await this.#read(tenant, roots, attended);
    const open = keeps.filter(({ key }) => key !== null).map(({ run }) => run);
    if (!attended) await live.ensure(tenant, definition, [id, ...open]).finally(() => live.ended());
    return { ...identity, keeps };
  }

  async #read(tenant: TenantId, roots: readonly RunId[], attended: boolean): Promise<readonly KeptRoot[]> {
    const kept = await sideBySide(roots, readsAtOnce, async (run): Promise<readonly KeptRoot[]> => {
      const row = await this.#ports.store.readRun(tenant, run);
      if (row === null) return [];
      const key = attended || row.attended ? null : await this.#keys.open(row);
      return [{ run, seen: row.key, key }];
    });
    return kept.flat();
  }
}

/** Wrapped for the engine under the present epoch. */
export function keptRun(vault: Vault, tenant: TenantId, { run, seen, key }: KeptRoot): KeptRun {
  return { run, key: seen, live: key === null ? null : wrapRunKey(vault, tenant, run, key) };
}
