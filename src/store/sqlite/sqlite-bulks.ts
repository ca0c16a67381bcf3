// Actions on many runs in the SQLite store: written by its thread, read beside it.

import type { BulkOutcome, BulkRow, BulkRun, BulkStore, NewBulk } from "../../ports/bulk-store.ts";
import type { Fence, Page } from "../../ports/store.ts";
import type { BulkId, RunId, TenantId } from "../../value/id.ts";
import type { BulkReads } from "./bulk-reads.ts";
import type { BulkWrite } from "./bulk-writes.ts";
import type { Writer } from "./writer.ts";

export class SqliteBulks implements BulkStore {
  readonly #writer: Writer;
  readonly #reads: () => BulkReads;

  constructor(writer: Writer, reads: () => BulkReads) {
    this.#writer = writer;
    this.#reads = reads;
  }

  create(
    fence: Fence,
    bulk: NewBulk,
    runs: readonly RunId[],
    runningMax: number,
  ): ReturnType<BulkStore["create"]> {
    return this.#write({ op: "createBulk", fence, bulk, runs, runningMax });
  }

  claim(fence: Fence, now: number, tenants: readonly TenantId[], limit: number): Promise<readonly BulkRow[]> {
    return this.#write({ op: "claimBulks", fence, now, tenants, limit });
  }

  settle(
    fence: Fence,
    tenant: TenantId,
    id: BulkId,
    outcomes: readonly BulkOutcome[],
    at: number,
  ): Promise<BulkRow | null> {
    return this.#write({ op: "settleBulk", fence, tenant, id, outcomes, at });
  }

  abort(tenant: TenantId, id: BulkId, at: number): Promise<BulkRow | null> {
    return this.#write({ op: "abortBulk", tenant, id, at });
  }

  drop(beforeMs: number, limit: number): Promise<number> {
    return this.#write({ op: "dropBulks", beforeMs, limit });
  }

  async pending(tenant: TenantId, id: BulkId, limit: number): Promise<readonly BulkRun[]> {
    return this.#reads().pending(tenant, id, limit);
  }

  async readBegun(tenant: TenantId, key: Uint8Array) {
    return this.#reads().begun(tenant, key);
  }

  async read(tenant: TenantId, id: BulkId): Promise<BulkRow | null> {
    return this.#reads().one(tenant, id);
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<BulkRow>> {
    return this.#reads().page(tenant, cursor, limit);
  }

  async runs(
    tenant: TenantId,
    id: BulkId,
    refused: boolean,
    cursor: string | null,
    limit: number,
  ): Promise<Page<BulkRun>> {
    return this.#reads().runs(tenant, id, refused, cursor, limit);
  }

  #write<Result>(write: BulkWrite): Promise<Result> {
    return this.#writer.ask({ op: "bulks", write });
  }
}
