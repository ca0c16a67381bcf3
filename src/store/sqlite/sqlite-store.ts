// The embedded store: SQLite with one writer thread and a reader beside it.

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type {
  AppendResult,
  AppendUnit,
  DefinitionRow,
  EventBatch,
  Fence,
  LeaseRequest,
  Page,
  RunFilter,
  RunName,
  RunRow,
  SecretRow,
  Store,
} from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { type DataLock, lockData } from "./data-lock.ts";
import { openReader } from "./open-database.ts";
import { packUnits } from "./packed-units.ts";
import { Reads } from "./reads.ts";
import { Writer } from "./writer.ts";
import type { WriterOptions } from "./writer-protocol.ts";

export type SqliteOptions = Omit<WriterOptions, "file">;

const appended: AppendResult = { type: "appended" };

export class SqliteStore implements Store {
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
  }

  /** Opens or makes the store in `folder` (mode 0700, files 0600). Errors: `data_in_use`, `store_unavailable`. */
  static async open(folder: string, options: SqliteOptions = {}): Promise<SqliteStore> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const lock = lockData(folder);
    try {
      const file = join(folder, "dispatched.db");
      const writer = await Writer.open({ file, ...options });
      return new SqliteStore(lock, writer, openReader(file));
    } catch (error) {
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

  claim(fence: Fence, now: number, limit: number): Promise<readonly RunRow[]> {
    return this.#writer.ask({ op: "claim", fence, now, limit });
  }

  claimRun(fence: Fence, now: number, tenant: TenantId, run: RunId): Promise<RunRow | null | false> {
    return this.#writer.ask({ op: "claimRun", fence, now, tenant, run });
  }

  putDefinition(row: DefinitionRow): Promise<"created" | "same" | "conflict"> {
    return this.#writer.ask({ op: "putDefinition", row });
  }

  putSecret(row: SecretRow): Promise<boolean> {
    return this.#writer.ask({ op: "putSecret", row });
  }

  deleteSecret(tenant: TenantId, name: Uint8Array): Promise<boolean> {
    return this.#writer.ask({ op: "deleteSecret", tenant, name });
  }

  async listHeld(fence: Fence, cursor: string | null, limit: number): Promise<Page<RunRow>> {
    return this.#reads.held(fence, cursor, limit);
  }

  async nextDueAt(): Promise<number | null> {
    return this.#reads.nextDueAt();
  }

  async readRun(tenant: TenantId, run: RunId): Promise<RunRow | null> {
    return this.#reads.run(tenant, run);
  }

  async readRunByStartKey(tenant: TenantId, startKey: Uint8Array): Promise<RunRow | null> {
    return this.#reads.runByStartKey(tenant, startKey);
  }

  async readEvents(
    tenant: TenantId,
    run: RunId,
    afterSeq: number,
    limit: number,
  ): Promise<readonly EventBatch[]> {
    return this.#reads.events(tenant, run, afterSeq, limit);
  }

  async listRuns(
    tenant: TenantId,
    filter: RunFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunRow>> {
    return this.#reads.runs(tenant, filter, cursor, limit);
  }

  async readDefinition(
    tenant: TenantId,
    name: Uint8Array,
    version: number | null,
  ): Promise<DefinitionRow | null> {
    return this.#reads.definition(tenant, name, version);
  }

  async listDefinitions(
    tenant: TenantId,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DefinitionRow>> {
    return this.#reads.definitions(tenant, cursor, limit);
  }

  async listVersions(
    tenant: TenantId,
    name: Uint8Array,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DefinitionRow>> {
    return this.#reads.versions(tenant, name, cursor, limit);
  }

  async readSecret(tenant: TenantId, name: Uint8Array): Promise<SecretRow | null> {
    return this.#reads.secret(tenant, name);
  }

  async listSecrets(tenant: TenantId): Promise<readonly SecretRow[]> {
    return this.#reads.secrets(tenant);
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
