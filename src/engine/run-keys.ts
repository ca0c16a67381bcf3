// The keys of stored runs: opened for their tenant, or by the engine alone through the run at the top.

import type { RunName, RunRow } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { Audit } from "./audit.ts";
import { EngineOpens } from "./engine-opens.ts";
import { openFresh } from "./open-fresh.ts";
import type { EnginePorts } from "./ports.ts";
import { openRunKey } from "./run-log.ts";
import { WaitedCounts } from "./what-waited.ts";

export interface RootKey {
  readonly key: DataKey;
  readonly attended: boolean;
}

export class RunKeys {
  readonly #ports: EnginePorts;
  readonly #inMemory: (tenant: TenantId, run: RunId) => RootKey | null;
  readonly #opens: EngineOpens;

  /** Runs that this node holds and that wait for somebody of the tenant to sign in. */
  readonly #awaiting = new Map<TenantId, Set<RunId>>();
  /** Runs that waited so, until they are taken. */
  readonly #recalled = new Set<RunId>();
  readonly waited: WaitedCounts;

  constructor(ports: EnginePorts, audit: Audit, inMemory: (tenant: TenantId, run: RunId) => RootKey | null) {
    this.#ports = ports;
    this.#inMemory = inMemory;
    this.#opens = new EngineOpens(audit, "runs");
    this.waited = new WaitedCounts(ports.clock);
  }

  /** Errors: `locked`, `sealed_data_damaged`; where the engine opens it by itself those of the audit log, too. */
  async open(row: RunRow): Promise<DataKey> {
    const { vault } = this.#ports;
    if (row.root === null || vault.isOpen(row.tenant)) return this.#openTop(row);
    const root = await this.root(row.tenant, row.root);
    return openRunKey(vault, row, root.key);
  }

  /** As `open`, for a run that this node takes: one that waited for the sign-in is counted. */
  async take(row: RunRow): Promise<DataKey> {
    const key = await this.open(row);
    const { tenant, run, attended, dueAt, createdAt } = row;
    if (this.#recalled.delete(run)) this.waited.run(tenant, null);
    else if (attended && dueAt !== null) this.waited.run(tenant, Math.max(dueAt, createdAt));
    return key;
  }

  /**
   * An attended run is not taken where its tenant is not open: it stays free for a node where it is. Errors: `locked`.
   */
  async checkUnattended(tenant: TenantId, run: RunId): Promise<void> {
    const row = await this.#ports.store.readRun(tenant, run);
    if (row?.attended !== true) return;
    throw new DispatchedError("locked", `${run} goes on when somebody of its tenant has signed in`, {
      retryable: true,
    });
  }

  /** The run is taken again when its tenant has been opened: false when it has been meanwhile. */
  await({ tenant, run }: RunName): boolean {
    if (this.#ports.vault.isOpen(tenant)) return false;
    const runs = this.#awaiting.get(tenant) ?? new Set();
    this.#awaiting.set(tenant, runs.add(run));
    return true;
  }

  /** The tenant has been opened: what waited for that, forgotten here. */
  awaited(tenant: TenantId): readonly RunId[] {
    const runs = [...(this.#awaiting.get(tenant) ?? [])];
    this.#awaiting.delete(tenant);
    this.waited.opened(tenant);
    for (const run of runs) this.#recalled.add(run);
    return runs;
  }

  /** Of a run at the top, for its children. Errors: `run_not_found`, `locked`, and those of `open`. */
  async root(tenant: TenantId, root: RunId): Promise<RootKey> {
    const there = this.#inMemory(tenant, root);
    if (there !== null) return there;
    const row = await this.#ports.store.readRun(tenant, root);
    if (row === null) throw new DispatchedError("run_not_found", `there is no run ${root}`);
    return { key: await this.#openTop(row), attended: row.attended };
  }

  /** What the engine opens by itself it opens after that is recorded. */
  async #openTop(row: RunRow): Promise<DataKey> {
    const { vault, store } = this.#ports;
    if (!vault.isOpen(row.tenant) && row.live !== null) await this.#opens.record(row.tenant, row.run);
    return openFresh(
      row,
      (fresh) => openRunKey(vault, fresh),
      () => store.readRun(row.tenant, row.run),
    );
  }
}
