// What the SQLite store tells of many runs at once.

import type {
  FailureFilter,
  FailureGroup,
  OverviewStore,
  WaitingFilter,
  WorkflowStats,
} from "../../ports/overview-store.ts";
import type { Page, RunRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import type { Reads } from "./reads.ts";

export class SqliteOverview implements OverviewStore {
  readonly #reads: () => Reads;

  /** @param reads throws `store_unavailable` once the store is closed */
  constructor(reads: () => Reads) {
    this.#reads = reads;
  }

  async readStats(
    tenant: TenantId,
    workflow: Uint8Array,
    sinceMs: number,
    recent: number,
  ): Promise<WorkflowStats> {
    return this.#reads().stats(tenant, workflow, sinceMs, recent);
  }

  async listWaiting(
    tenant: TenantId,
    filter: WaitingFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunRow>> {
    return this.#reads().waiting(tenant, filter, cursor, limit);
  }

  async listFailures(
    tenant: TenantId,
    filter: FailureFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<FailureGroup>> {
    return this.#reads().failures(tenant, filter, cursor, limit);
  }
}
