// The keys of stored runs: opened for their tenant, or by the engine alone through the run at the top.

import type { RunRow } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { EnginePorts } from "./ports.ts";
import { openRunKey } from "./run-log.ts";

export interface RootKey {
  readonly key: DataKey;
  readonly attended: boolean;
}

export class RunKeys {
  readonly #ports: EnginePorts;
  readonly #inMemory: (tenant: TenantId, run: RunId) => RootKey | null;

  /** Runs that this node holds and that wait for somebody of the tenant to sign in. */
  readonly #awaiting = new Map<TenantId, Set<RunId>>();

  constructor(ports: EnginePorts, inMemory: (tenant: TenantId, run: RunId) => RootKey | null) {
    this.#ports = ports;
    this.#inMemory = inMemory;
  }

  /** Errors: `locked`, `sealed_data_damaged`. */
  async open(row: RunRow): Promise<DataKey> {
    const { vault } = this.#ports;
    if (row.root === null || vault.isOpen(row.tenant)) return openRunKey(vault, row);
    const root = await this.root(row.tenant, row.root);
    return openRunKey(vault, row, root.key);
  }

  /** The run is taken again when its tenant has been opened. */
  await({ tenant, run }: RunRow): void {
    const runs = this.#awaiting.get(tenant) ?? new Set();
    this.#awaiting.set(tenant, runs.add(run));
  }

  /** The tenant has been opened: what waited for that, forgotten here. */
  awaited(tenant: TenantId): readonly RunId[] {
    const runs = [...(this.#awaiting.get(tenant) ?? [])];
    this.#awaiting.delete(tenant);
    return runs;
  }

  /** Of a run at the top, for its children. Errors: `run_not_found`, `locked`. */
  async root(tenant: TenantId, root: RunId): Promise<RootKey> {
    const there = this.#inMemory(tenant, root);
    if (there !== null) return there;
    const row = await this.#ports.store.readRun(tenant, root);
    if (row === null) throw new DispatchedError("run_not_found", `there is no run ${root}`);
    return { key: openRunKey(this.#ports.vault, row), attended: row.attended };
  }
}
