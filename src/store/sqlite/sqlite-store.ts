// The embedded store: SQLite with one writer thread and a reader beside it.

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { AccountStore } from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved, AuditStore } from "../../ports/audit-store.ts";
import type { EpochStore } from "../../ports/epoch-store.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import type { DefinitionName, LiveRecords } from "../../ports/live-records.ts";
import type { SlotLine } from "../../ports/slot-line.ts";
import type {
  AppendResult,
  AppendUnit,
  BodyChunk,
  ChunkPlace,
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
import { DispatchedError } from "../../value/problem.ts";
import { type DataLock, lockData } from "./data-lock.ts";
import { openReader } from "./open-database.ts";
import { packUnits } from "./packed-units.ts";
import { Reads } from "./reads.ts";
import { SqliteAccounts } from "./sqlite-accounts.ts";
import { SqliteAudit } from "./sqlite-audit.ts";
import { SqliteBulks } from "./sqlite-bulks.ts";
import { SqliteDeliveries } from "./sqlite-deliveries.ts";
import { SqliteEpochs } from "./sqlite-epochs.ts";
import { type InboxAccess, SqliteGrants, SqliteHooks, SqliteInbox } from "./sqlite-inbox.ts";
import { SqliteKeys } from "./sqlite-keys.ts";
import { SqliteOverview } from "./sqlite-overview.ts";
import { Writer } from "./writer.ts";
import type { StoreNotice, WriterOptions } from "./writer-protocol.ts";

export type SqliteOptions = Omit<WriterOptions, "file">;

const appended: AppendResult = { type: "appended" };

export class SqliteStore implements Store {
  readonly accounts: AccountStore;
  readonly epochs: EpochStore;
  readonly keys: KeyStore;
  readonly inbox: SqliteInbox;
  readonly hooks: SqliteHooks;
  readonly deliveries: SqliteDeliveries;
  readonly grants: SqliteGrants;
  readonly audit: AuditStore;
  readonly overview: SqliteOverview;
  readonly bulks: SqliteBulks;
  readonly #lock: DataLock;
  readonly #writer: Writer;
  readonly #reader: Database;
  readonly #reads: Reads;
  #closing: Promise<void> | null = null;

  private constructor(lock: DataLock, writer: Writer, reader: Database) {
    this.#lock = lock;
    this.#writer = writer;
    this.#reader = reader;
    this.#reads = new Reads(reader);
    this.accounts = new SqliteAccounts(writer, () => this.#open.accounts);
    this.epochs = new SqliteEpochs(writer, () => this.#open.epochs);
    this.keys = new SqliteKeys(writer, () => this.#open.keys);
    const access: InboxAccess = { ask: (request) => writer.ask(request), reads: () => this.#open.inbox };
    this.inbox = new SqliteInbox(access);
    this.hooks = new SqliteHooks(access);
    this.deliveries = new SqliteDeliveries({
      ask: (request) => writer.ask(request),
      reads: () => this.#open.deliveries,
    });
    this.grants = new SqliteGrants(access);
    this.audit = new SqliteAudit(writer, () => this.#open.audit);
    this.bulks = new SqliteBulks(writer, () => this.#open.bulks);
    this.overview = new SqliteOverview(() => this.#open);
  }

  /**
   * Opens or makes the store in `folder` (mode 0700, files 0600). `lost` is called once when the writer has ended by
   * itself: nothing can be written any more. `tell` hears what an operator should. Errors: `data_in_use`,
   * `store_unavailable`.
   */
  static async open(
    folder: string,
    options: SqliteOptions = {},
    lost = () => {},
    tell: (notice: StoreNotice) => void = () => {},
  ): Promise<SqliteStore> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const lock = lockData(folder);
    const file = join(folder, "dispatched.db");
    let writer: Writer | null = null;
    let reader: Database | null = null;
    try {
      writer = await Writer.open({ file, ...options }, lost, tell);
      reader = openReader(file);
      return new SqliteStore(lock, writer, reader);
    } catch (error) {
      reader?.close();
      // Nobody else may have the file before this writer has let go of it.
      await writer?.close().catch(() => {});
      lock.release();
      throw error;
    }
  }

  openLease(request: LeaseRequest): Promise<Fence> {
    return this.#writer.ask({ op: "openLease", request });
  }

  renewLease(fence: Fence, request: LeaseRequest): Promise<boolean> {
    return this.#writer.ask({ op: "renewLease", fence, request });
  }

  closeLease(fence: Fence, released: readonly RunName[]): Promise<void> {
    return this.#writer.ask({ op: "closeLease", fence, released });
  }

  async append(units: readonly AppendUnit[]): Promise<readonly AppendResult[]> {
    const packed = packUnits(units);
    const results = await this.#writer.ask<readonly AppendResult[] | null>({
      op: "append",
      count: units.length,
      packed,
    });
    return results ?? units.map(() => appended);
  }

  claim(
    fence: Fence,
    now: number,
    limit: number,
    open: readonly TenantId[] = [],
  ): Promise<readonly RunRow[]> {
    return this.#writer.ask({ op: "claim", fence, now, limit, open });
  }

  claimRun(
    fence: Fence,
    now: number,
    tenant: TenantId,
    run: RunId,
    ended = false,
  ): Promise<RunRow | null | false> {
    return this.#writer.ask({ op: "claimRun", fence, now, name: { tenant, run }, ended });
  }

  setAside(fence: Fence, tenant: TenantId, run: RunId): Promise<void> {
    return this.#writer.ask({ op: "setAside", fence, name: { tenant, run } });
  }

  dropEnded(fence: Fence, now: number, limit: number): Promise<number> {
    return this.#writer.ask({ op: "dropEnded", fence, now, limit });
  }

  putDefinition(
    row: DefinitionRow,
    triggers: readonly TriggerRow[] = [],
    audit?: AuditAppend,
    expected?: number,
  ): Promise<DefinitionPut> {
    return this.#writer.ask({ op: "putDefinition", row, triggers, audit, expected });
  }

  deleteDefinition(
    tenant: TenantId,
    name: Uint8Array,
    at: number,
    audit?: AuditAppend,
    expected?: number,
  ): Promise<DefinitionDeleted> {
    return this.#writer.ask({ op: "deleteDefinition", tenant, name, at, audit, expected });
  }

  async readDeletion(tenant: TenantId, name: Uint8Array): Promise<number | null> {
    return this.#open.definitions.deletion(tenant, name);
  }

  moveTrigger(row: TriggerRow, nextAt: number | null, scheduledAt: number | null): Promise<boolean> {
    return this.#writer.ask({ op: "moveTrigger", row, nextAt, scheduledAt });
  }

  putIncoming(rows: readonly IncomingRow[]): Promise<readonly boolean[] | null> {
    return this.#writer.ask({ op: "putIncoming", rows });
  }

  settleIncoming(tenant: TenantId, id: Uint8Array): Promise<void> {
    return this.#writer.ask({ op: "settleIncoming", tenant, id });
  }

  dropIncoming(beforeMs: number, limit: number): Promise<number> {
    return this.#writer.ask({ op: "dropIncoming", beforeMs, limit });
  }

  putSecret(row: SecretRow, audit?: AuditAppend): Promise<boolean | AuditMoved> {
    return this.#writer.ask({ op: "putSecret", row, audit });
  }

  keepLive(tenant: TenantId, records: LiveRecords): Promise<boolean> {
    return this.#writer.ask({ op: "keepLive", tenant, records });
  }

  dropLive(): Promise<number> {
    return this.#writer.ask({ op: "dropLive" });
  }

  async listHeld(fence: Fence, cursor: string | null, limit: number): Promise<Page<RunRow>> {
    return this.#open.held(fence, cursor, limit);
  }

  async listPoked(fence: Fence): Promise<readonly RunName[]> {
    return this.#open.poked(fence);
  }

  async nextDueAt(open: readonly TenantId[] = []): Promise<number | null> {
    return this.#open.nextDueAt(open);
  }

  async readRun(tenant: TenantId, run: RunId): Promise<RunRow | null> {
    return this.#open.run(tenant, run);
  }

  async listTree(tenant: TenantId, root: RunId): Promise<readonly DefinitionName[]> {
    return this.#open.tree(tenant, root);
  }

  async readRunByStartKey(tenant: TenantId, startKey: Uint8Array): Promise<RunRow | null> {
    return this.#open.runByStartKey(tenant, startKey);
  }

  async readEvents(
    tenant: TenantId,
    run: RunId,
    afterSeq: number,
    limit: number,
  ): Promise<readonly EventBatch[]> {
    return this.#open.events(tenant, run, afterSeq, limit);
  }

  async readChunks(
    tenant: TenantId,
    run: RunId,
    after: ChunkPlace | null,
    limit: number,
  ): Promise<readonly BodyChunk[]> {
    return this.#open.chunks(tenant, run, after, limit);
  }

  async listRuns(
    tenant: TenantId,
    filter: RunFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunRow>> {
    return this.#open.runs(tenant, filter, cursor, limit);
  }

  async readSlot(tenant: TenantId, key: Uint8Array, limit: number): Promise<SlotLine> {
    return this.#open.slot(tenant, key, limit);
  }

  async readDefinition(
    tenant: TenantId,
    name: Uint8Array,
    version: number | null,
  ): Promise<DefinitionRow | null> {
    return this.#open.definitions.one(tenant, name, version);
  }

  async listHalfLive(tenant: TenantId, limit: number): Promise<readonly DefinitionRow[]> {
    return this.#open.halfLive(tenant, limit);
  }

  async listDefinitions(
    tenant: TenantId,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DefinitionRow>> {
    return this.#open.definitions.newest(tenant, cursor, limit);
  }

  async listVersions(
    tenant: TenantId,
    name: Uint8Array,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DefinitionRow>> {
    return this.#open.definitions.versions(tenant, name, cursor, limit);
  }

  async listTriggers(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<TriggerRow>> {
    return this.#open.triggers.all(tenant, cursor, limit);
  }

  async listEventTriggers(tenant: TenantId, topic: Uint8Array): Promise<readonly TriggerRow[]> {
    return this.#open.triggers.ofTopic(tenant, topic);
  }

  async listDueTriggers(now: number, limit: number): Promise<readonly TriggerRow[]> {
    return this.#open.triggers.due(now, limit);
  }

  async nextTriggerAt(): Promise<number | null> {
    return this.#open.triggers.nextAt();
  }

  async listIncoming(
    tenant: TenantId,
    topic: Uint8Array,
    sinceMs: number,
    limit: number,
  ): Promise<readonly IncomingRow[]> {
    return this.#open.incoming(tenant, topic, sinceMs, limit);
  }

  async listUnsettled(limit: number, past: readonly TenantId[]): Promise<readonly IncomingRow[]> {
    return this.#open.unsettled(limit, past);
  }

  async readSecret(tenant: TenantId, name: Uint8Array): Promise<SecretRow | null> {
    return this.#open.secret(tenant, name);
  }

  async listSecrets(tenant: TenantId): Promise<readonly SecretRow[]> {
    return this.#open.secrets(tenant);
  }

  get #open(): Reads {
    if (this.#closing !== null) throw new DispatchedError("store_unavailable", "the store is closed");
    return this.#reads;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** What was asked before is written; then the log is put into the database. */
  async #close(): Promise<void> {
    this.#reader.close();
    try {
      await this.#writer.close();
    } finally {
      this.#lock.release();
    }
  }
}
