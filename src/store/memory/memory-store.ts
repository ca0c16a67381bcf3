// A store in memory: for simulation and tests. Deterministic, without timers; durable for as long as its tables live.

import type { AccountStore } from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved, AuditStore } from "../../ports/audit-store.ts";
import type { EpochStore } from "../../ports/epoch-store.ts";
import { type KeyStore, keyOfTrigger } from "../../ports/key-store.ts";
import type { DefinitionName, LiveRecords } from "../../ports/live-records.ts";
import type { SlotLine } from "../../ports/slot-line.ts";
import type {
  AppendResult,
  AppendUnit,
  BodyChunk,
  DefinitionDeleted,
  DefinitionPut,
  DefinitionRow,
  EventBatch,
  Fence,
  IncomingRow,
  LeaseRequest,
  Page,
  RunFilter,
  RunName,
  RunRow,
  SecretRow,
  Store,
  TriggerRow,
} from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { decodeCursor, pageOf } from "../cursor.ts";
import { hex } from "../hex.ts";
import { append } from "./append.ts";
import { claim, claimRun, nextDueAt, pokedOf } from "./claim.ts";
import { deleteWorkflow } from "./delete-workflow.ts";
import { dropEnded } from "./drop-ended.ts";
import { isCurrent } from "./engine-wraps.ts";
import { endGrants, MemoryGrants } from "./grants.ts";
import { MemoryHooks } from "./hooks.ts";
import { MemoryInbox } from "./inbox.ts";
import {
  dueTriggers,
  listIncoming,
  listUnsettled,
  moveTrigger,
  nextTriggerAt,
  putIncoming,
  replaceTriggers,
  triggersOf,
} from "./incoming.ts";
import { listTree } from "./kept-runs.ts";
import { closeLease, openLease, renewLease } from "./leases.ts";
import { dropLive, halfLive, keepLive, keptLive } from "./live.ts";
import { MemoryAccounts } from "./memory-accounts.ts";
import { addEntries, follows, MemoryAudit } from "./memory-audit.ts";
import { MemoryBulks } from "./memory-bulks.ts";
import { MemoryDeliveries } from "./memory-deliveries.ts";
import { MemoryEpochs } from "./memory-epochs.ts";
import { MemoryKeys, takesKey } from "./memory-keys.ts";
import { MemoryOverview } from "./memory-overview.ts";
import { MemoryTables } from "./memory-tables.ts";
import { batchesAfter, type ChunkPage, chunksAfter, type RunRecord, rowOf } from "./run-record.ts";
import { poke, readSlot, setAside } from "./slots.ts";

export class MemoryStore implements Store {
  readonly tables: MemoryTables;
  readonly accounts: AccountStore;
  readonly epochs: EpochStore;
  readonly keys: KeyStore;
  readonly inbox: MemoryInbox;
  readonly hooks: MemoryHooks;
  readonly deliveries: MemoryDeliveries;
  readonly grants: MemoryGrants;
  readonly audit: AuditStore;
  readonly overview: MemoryOverview;
  readonly bulks: MemoryBulks;
  readonly #exclusive: boolean;

  /** `exclusive`: a new lease ends all before, as on an embedded store. */
  constructor(options: { readonly exclusive: boolean; readonly tables?: MemoryTables }) {
    this.#exclusive = options.exclusive;
    this.tables = options.tables ?? new MemoryTables();
    this.accounts = new MemoryAccounts(this.tables);
    this.epochs = new MemoryEpochs(this.tables);
    this.keys = new MemoryKeys(this.tables);
    this.inbox = new MemoryInbox(this.tables);
    this.hooks = new MemoryHooks(this.tables);
    this.deliveries = new MemoryDeliveries(this.tables);
    this.grants = new MemoryGrants(this.tables);
    this.audit = new MemoryAudit(this.tables);
    this.bulks = new MemoryBulks(this.tables);
    this.overview = new MemoryOverview(this.tables);
  }

  async openLease(request: LeaseRequest): Promise<Fence> {
    return openLease(this.tables, request, this.#exclusive);
  }

  async renewLease(fence: Fence, request: LeaseRequest): Promise<boolean> {
    return renewLease(this.tables, fence, request);
  }

  async closeLease(fence: Fence, released: readonly RunName[]): Promise<void> {
    closeLease(this.tables, fence, released);
  }

  async append(units: readonly AppendUnit[]): Promise<readonly AppendResult[]> {
    return append(this.tables, units);
  }

  async claim(
    fence: Fence,
    now: number,
    limit: number,
    open: readonly TenantId[] = [],
  ): Promise<readonly RunRow[]> {
    return claim(this.tables, fence, now, limit, open);
  }

  async claimRun(
    fence: Fence,
    now: number,
    tenant: TenantId,
    run: RunId,
    ended = false,
  ): Promise<RunRow | null | false> {
    return claimRun(this.tables, fence, now, { tenant, run, ended });
  }

  async listHeld(fence: Fence, cursor: string | null, limit: number): Promise<Page<RunRow>> {
    const after = cursor === null ? null : decodeCursor(cursor, 2).join("/");
    const found = [...this.tables.open]
      .filter((key) => this.tables.runs.get(key)?.owner === fence && (after === null || key > after))
      .sort()
      .map((key) => rowOf(this.tables.runs.get(key) as RunRecord));
    return pageOf(found, limit, (row) => [row.tenant, row.run]);
  }

  async dropEnded(fence: Fence, now: number, limit: number): Promise<number> {
    return dropEnded(this.tables, fence, now, limit);
  }

  async listPoked(fence: Fence): Promise<readonly RunName[]> {
    return pokedOf(this.tables, fence);
  }

  async nextDueAt(open: readonly TenantId[] = []): Promise<number | null> {
    return nextDueAt(this.tables, open);
  }

  async readRun(tenant: TenantId, run: RunId): Promise<RunRow | null> {
    const record = this.tables.runs.get(`${tenant}/${run}`);
    return record === undefined ? null : rowOf(record);
  }

  async listTree(tenant: TenantId, root: RunId): Promise<readonly DefinitionName[]> {
    return listTree(this.tables, tenant, root);
  }

  async readRunByStartKey(tenant: TenantId, startKey: Uint8Array): Promise<RunRow | null> {
    const run = this.tables.startKeys.get(`${tenant}/${hex(startKey)}`);
    return run === undefined ? null : this.readRun(tenant, run);
  }

  async readEvents(
    tenant: TenantId,
    run: RunId,
    afterSeq: number,
    limit: number,
  ): Promise<readonly EventBatch[]> {
    return batchesAfter(this.tables.runs.get(`${tenant}/${run}`), afterSeq, limit);
  }

  async readChunks(tenant: TenantId, run: RunId, ...page: ChunkPage): Promise<readonly BodyChunk[]> {
    return chunksAfter(this.tables.runs.get(`${tenant}/${run}`), ...page);
  }

  async listRuns(
    tenant: TenantId,
    filter: RunFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunRow>> {
    const before = cursor === null ? null : decodeCursor(cursor, 1)[0];
    const found = [...this.tables.runs.values()]
      .filter((record) => record.tenant === tenant && fits(record, filter))
      .filter((record) => before == null || record.run < before)
      .sort((a, b) => (a.run < b.run ? 1 : -1));
    return pageOf(found.map(rowOf), limit, (row) => [row.run]);
  }

  async readSlot(tenant: TenantId, key: Uint8Array, limit: number): Promise<SlotLine> {
    return readSlot(this.tables, tenant, key, limit);
  }

  async setAside(fence: Fence, tenant: TenantId, run: RunId): Promise<void> {
    for (const next of setAside(this.tables, fence, tenant, run)) poke(this.tables, `${tenant}/${next}`);
  }

  async keepLive(tenant: TenantId, records: LiveRecords): Promise<boolean> {
    return keepLive(this.tables, tenant, records);
  }

  async dropLive(): Promise<number> {
    return dropLive(this.tables);
  }

  async listTriggers(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<TriggerRow>> {
    const after = cursor === null ? null : decodeCursor(cursor, 2);
    const found = triggersOf(this.tables, tenant).filter((row) => after === null || isAfter(row, after));
    return pageOf(found, limit, (row) => [hex(row.workflow), String(row.place)]);
  }

  async listEventTriggers(tenant: TenantId, topic: Uint8Array): Promise<readonly TriggerRow[]> {
    const wanted = hex(topic);
    return triggersOf(this.tables, tenant).filter((row) => row.topic !== null && hex(row.topic) === wanted);
  }

  async listDueTriggers(now: number, limit: number): Promise<readonly TriggerRow[]> {
    return dueTriggers(this.tables, now).slice(0, limit);
  }

  async nextTriggerAt(): Promise<number | null> {
    return nextTriggerAt(this.tables);
  }

  async moveTrigger(row: TriggerRow, nextAt: number | null, scheduledAt: number | null): Promise<boolean> {
    return moveTrigger(this.tables, row, nextAt, scheduledAt);
  }

  async putIncoming(rows: readonly IncomingRow[]): Promise<readonly boolean[] | null> {
    const fits = ({ tenant, key, live }: IncomingRow) =>
      isCurrent(this.tables, live) && takesKey(this.tables, tenant, key);
    if (!rows.every(fits)) return null;
    return rows.map((row) => putIncoming(this.tables, row));
  }

  async listIncoming(
    tenant: TenantId,
    topic: Uint8Array,
    sinceMs: number,
    limit: number,
  ): Promise<readonly IncomingRow[]> {
    return listIncoming(this.tables, tenant, topic, sinceMs).slice(0, limit);
  }

  async listUnsettled(limit: number, past: readonly TenantId[]): Promise<readonly IncomingRow[]> {
    return listUnsettled(this.tables, limit, past);
  }

  async settleIncoming(tenant: TenantId, id: Uint8Array): Promise<void> {
    const key = `${tenant}/${hex(id)}`;
    const record = this.tables.incoming.get(key);
    if (record !== undefined) this.tables.incoming.set(key, { ...record, settled: true });
  }

  async dropIncoming(beforeMs: number, limit: number): Promise<number> {
    const old = [...this.tables.incoming].filter(([, one]) => one.settled && one.row.receivedAt < beforeMs);
    const dropped = old.slice(0, limit);
    for (const [key] of dropped) this.tables.incoming.delete(key);
    return dropped.length;
  }

  async putDefinition(
    row: DefinitionRow,
    triggers: readonly TriggerRow[] = [],
    audit?: AuditAppend,
    expected?: number,
  ): Promise<DefinitionPut> {
    const keys = [row.key, ...triggers.map(({ sealed }) => keyOfTrigger(sealed))];
    if (!keys.every((key) => takesKey(this.tables, row.tenant, key))) return "stale_key";
    if (!follows(this.tables, row.tenant, audit)) return "audit_moved";
    if (!isCurrent(this.tables, row.live)) return "stale_epoch";
    const highest = this.#versions(row.tenant, row.name)[0]?.version ?? 0;
    if (expected !== undefined && expected !== highest) return "highest_moved";
    const key = `${row.tenant}/${hex(row.name)}/${row.version}`;
    const mark = `${row.tenant}/${hex(row.name)}`;
    if (this.tables.deleted.has(mark) && row.version <= highest) return "deleted";
    const stored = this.tables.definitions.get(key);
    if (stored !== undefined) return hex(stored.content) === hex(row.content) ? "same" : "conflict";
    this.tables.definitions.set(key, keptLive(this.tables, row, row.name));
    this.tables.deleted.delete(mark);
    replaceTriggers(this.tables, row, triggers);
    endGrants(this.tables, row);
    addEntries(this.tables, row.tenant, audit);
    return "created";
  }

  async deleteDefinition(
    tenant: TenantId,
    name: Uint8Array,
    at: number,
    audit?: AuditAppend,
    expected?: number,
  ): Promise<DefinitionDeleted> {
    if (!follows(this.tables, tenant, audit)) return "audit_moved";
    const highest = this.#versions(tenant, name)[0]?.version ?? 0;
    if (expected !== undefined && expected !== highest) return "highest_moved";
    if (!deleteWorkflow(this.tables, tenant, name, at)) return false;
    addEntries(this.tables, tenant, audit);
    return true;
  }

  async readDeletion(tenant: TenantId, name: Uint8Array): Promise<number | null> {
    return this.tables.deleted.get(`${tenant}/${hex(name)}`) ?? null;
  }

  async readDefinition(
    tenant: TenantId,
    name: Uint8Array,
    version: number | null,
  ): Promise<DefinitionRow | null> {
    return this.#versions(tenant, name).find((row) => version === null || row.version === version) ?? null;
  }

  async listHalfLive(tenant: TenantId, limit: number): Promise<readonly DefinitionRow[]> {
    return halfLive(this.tables, tenant, limit);
  }

  async listDefinitions(
    tenant: TenantId,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DefinitionRow>> {
    const after = cursor === null ? null : decodeCursor(cursor, 1)[0];
    const names = new Map<string, DefinitionRow>();
    for (const row of this.tables.definitions.values()) {
      const name = hex(row.name);
      const isGone = this.tables.deleted.has(`${tenant}/${name}`);
      if (row.tenant === tenant && !isGone && row.version > (names.get(name)?.version ?? 0))
        names.set(name, row);
    }
    const found = [...names]
      .filter(([name]) => after == null || name > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, row]) => row);
    return pageOf(found, limit, (row) => [hex(row.name)]);
  }

  async listVersions(
    tenant: TenantId,
    name: Uint8Array,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DefinitionRow>> {
    const before = cursor === null ? null : Number(decodeCursor(cursor, 1)[0]);
    const found = this.#versions(tenant, name).filter((row) => before === null || row.version < before);
    return pageOf(found, limit, (row) => [String(row.version)]);
  }

  async putSecret(row: SecretRow, audit?: AuditAppend): Promise<boolean | AuditMoved> {
    if (!follows(this.tables, row.tenant, audit)) return "audit_moved";
    const key = `${row.tenant}/${hex(row.name)}`;
    const there = this.tables.secrets.get(key);
    const isSame = there?.version === row.version && row.key.length > 0 && hex(there.key) === hex(row.key);
    const isNext = row.version === (there?.version ?? 0) + 1;
    if (!(isNext || isSame) || !isCurrent(this.tables, row.live)) return false;
    if (!takesKey(this.tables, row.tenant, row.key)) return false;
    const next = isSame ? { ...there, sealed: row.sealed } : keptLive(this.tables, row, row.name);
    this.tables.secrets.set(key, next);
    addEntries(this.tables, row.tenant, audit);
    return true;
  }

  async readSecret(tenant: TenantId, name: Uint8Array): Promise<SecretRow | null> {
    return this.tables.secrets.get(`${tenant}/${hex(name)}`) ?? null;
  }

  async listSecrets(tenant: TenantId): Promise<readonly SecretRow[]> {
    return [...this.tables.secrets.values()].filter((row) => row.tenant === tenant);
  }

  async close(): Promise<void> {}

  /** Highest first. */
  #versions(tenant: TenantId, name: Uint8Array): readonly DefinitionRow[] {
    const wanted = hex(name);
    return [...this.tables.definitions.values()]
      .filter((row) => row.tenant === tenant && hex(row.name) === wanted)
      .sort((a, b) => b.version - a.version);
  }
}

function fits(record: RunRecord, filter: RunFilter): boolean {
  const { birth, head } = record;
  const { workflow, statuses, label, createdFrom, createdTo, doing, overdueAt, failure } = filter;
  const isOverdue = head.dueAt !== null && record.owner <= 0 && head.dueAt < (overdueAt ?? 0);
  if (doing !== undefined && (head.doing & doing) === 0 && !isOverdue) return false;
  if (doing === undefined && overdueAt !== undefined && !isOverdue) return false;
  if (failure !== undefined && (head.failure === null || hex(head.failure) !== hex(failure))) return false;
  if (workflow !== undefined && hex(birth.workflow) !== hex(workflow)) return false;
  if (statuses !== undefined && !statuses.includes(head.status)) return false;
  if (label !== undefined && !birth.labels.some((own) => hex(own) === hex(label))) return false;
  if (createdFrom !== undefined && birth.createdAt < createdFrom) return false;
  return createdTo === undefined || birth.createdAt < createdTo;
}

function isAfter(row: TriggerRow, [workflow, place]: readonly string[]): boolean {
  const own = hex(row.workflow);
  return own === workflow ? row.place > Number(place) : own > (workflow ?? "");
}
