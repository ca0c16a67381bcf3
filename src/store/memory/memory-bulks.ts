// Actions on many runs in the memory store.

import type { BulkKey, BulkOutcome, BulkRow, BulkRun, BulkStore, NewBulk } from "../../ports/bulk-store.ts";
import type { Fence, Page } from "../../ports/store.ts";
import type { BulkId, RunId, TenantId } from "../../value/id.ts";
import { decodeCursor, pageOf } from "../cursor.ts";
import { hex } from "../hex.ts";
import { endExpired, isLive } from "./leases.ts";
import type { MemoryTables } from "./memory-tables.ts";

export interface BulkRecord {
  readonly row: BulkRow;
  readonly owner: Fence;
  readonly runs: readonly BulkRun[];
  readonly by: BulkKey | null;
}

export class MemoryBulks implements BulkStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async create(fence: Fence, { by, ...bulk }: NewBulk, runs: readonly RunId[], runningMax: number) {
    const { bulks } = this.#tables;
    const key = `${bulk.tenant}/${bulk.id}`;
    if (!isLive(this.#tables, fence)) return "stale_fence";
    if (this.#tables.deletedTenants.has(bulk.tenant)) return "gone";
    if (bulks.has(key)) return "created";
    if (by !== null && this.#begunBy(bulk.tenant, by.key) !== undefined) return "begun";
    const running = [...bulks.values()].filter(
      ({ row }) => row.tenant === bulk.tenant && row.state === "running",
    );
    if (running.length >= runningMax) return "too_many";
    const isEmpty = runs.length === 0;
    const row: BulkRow = {
      ...bulk,
      state: isEmpty ? "done" : "running",
      endedAt: isEmpty ? bulk.createdAt : null,
      total: runs.length,
      done: 0,
      refused: 0,
    };
    const taken = runs.map((run, place) => ({ place, run, done: false, code: null, created: null }));
    bulks.set(key, { row, owner: fence, runs: taken, by });
    return "created";
  }

  async claim(fence: Fence, now: number, tenants: readonly TenantId[], limit: number) {
    if (!isLive(this.#tables, fence)) return [];
    endExpired(this.#tables, now, fence);
    for (const record of [...this.#tables.bulks.values()]) {
      if (record.owner === fence && !tenants.includes(record.row.tenant)) this.#set({ ...record, owner: 0 });
    }
    const free = [...this.#tables.bulks.values()]
      .filter(({ row, owner }) => {
        const isFree = owner === fence || !isLive(this.#tables, owner);
        return row.state === "running" && tenants.includes(row.tenant) && isFree;
      })
      .slice(0, limit);
    for (const record of free) this.#set({ ...record, owner: fence });
    return free.map(({ row }) => row);
  }

  async pending(tenant: TenantId, id: BulkId, limit: number): Promise<readonly BulkRun[]> {
    return (this.#get(tenant, id)?.runs ?? []).filter(({ done }) => !done).slice(0, limit);
  }

  async settle(fence: Fence, tenant: TenantId, id: BulkId, outcomes: readonly BulkOutcome[], at: number) {
    const record = this.#get(tenant, id);
    if (record === null || record.owner !== fence || !isLive(this.#tables, fence)) return null;
    const runs = record.runs.map((run) => {
      const outcome = run.done ? undefined : outcomes.find(({ place }) => place === run.place);
      return outcome === undefined ? run : { ...run, ...outcome, done: true };
    });
    const done = runs.filter((run) => run.done).length;
    const refused = runs.filter(({ code }) => code !== null).length;
    const ends = done === runs.length && record.row.state === "running";
    const row = { ...record.row, done, refused, ...(ends ? ({ state: "done", endedAt: at } as const) : {}) };
    this.#set({ ...record, runs, row });
    return row;
  }

  async abort(tenant: TenantId, id: BulkId, at: number): Promise<BulkRow | null> {
    const record = this.#get(tenant, id);
    if (record === null || record.row.state !== "running") return record?.row ?? null;
    const row: BulkRow = { ...record.row, state: "aborted", endedAt: at };
    this.#set({ ...record, row });
    return row;
  }

  async read(tenant: TenantId, id: BulkId): Promise<BulkRow | null> {
    return this.#get(tenant, id)?.row ?? null;
  }

  async readBegun(tenant: TenantId, key: Uint8Array) {
    const record = this.#begunBy(tenant, key);
    return record?.by == null ? null : { row: record.row, asked: record.by.asked };
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<BulkRow>> {
    const before = cursor === null ? null : decodeCursor(cursor, 1)[0];
    const found = [...this.#tables.bulks.values()]
      .flatMap(({ row }) => (row.tenant === tenant && (before == null || row.id < before) ? [row] : []))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return pageOf(found, limit, ({ id }) => [id]);
  }

  async runs(
    tenant: TenantId,
    id: BulkId,
    refused: boolean,
    cursor: string | null,
    limit: number,
  ): Promise<Page<BulkRun>> {
    const after = cursor === null ? -1 : Number(decodeCursor(cursor, 1)[0]);
    const all = this.#get(tenant, id)?.runs ?? [];
    const found = all.filter(({ place, code }) => place > after && (!refused || code !== null));
    return pageOf(found, limit, ({ place }) => [String(place)]);
  }

  async drop(beforeMs: number, limit: number): Promise<number> {
    const over = [...this.#tables.bulks]
      .filter(([, { row }]) => row.endedAt !== null && row.endedAt < beforeMs)
      .slice(0, limit);
    for (const [key] of over) this.#tables.bulks.delete(key);
    return over.length;
  }

  #begunBy(tenant: TenantId, key: Uint8Array): BulkRecord | undefined {
    return [...this.#tables.bulks.values()].find(
      ({ row, by }) => row.tenant === tenant && by !== null && hex(by.key) === hex(key),
    );
  }

  #get(tenant: TenantId, id: BulkId): BulkRecord | null {
    return this.#tables.bulks.get(`${tenant}/${id}`) ?? null;
  }

  #set(record: BulkRecord): void {
    this.#tables.bulks.set(`${record.row.tenant}/${record.row.id}`, record);
  }
}
