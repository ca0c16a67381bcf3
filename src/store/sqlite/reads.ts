// Reads of the SQLite store: prepared, by a key or an index that gives them in their order.

import type { Database } from "better-sqlite3";
import type { DefinitionName } from "../../ports/live-records.ts";
import type {
  FailureFilter,
  FailureGroup,
  WaitingFilter,
  WorkflowStats,
} from "../../ports/overview-store.ts";
import type { SlotLine } from "../../ports/slot-line.ts";
import type {
  BodyChunk,
  ChunkPlace,
  EventBatch,
  Fence,
  IncomingRow,
  Page,
  RunFilter,
  RunName,
  RunRow,
  SecretRow,
} from "../../ports/store.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { decodeCursor, pageOf } from "../cursor.ts";
import { AccountReads } from "./account-reads.ts";
import { AuditReads } from "./audit-reads.ts";
import { BulkReads } from "./bulk-reads.ts";
import { DefinitionReads } from "./definition-reads.ts";
import { isNotLeaving, prepareDeletedTenants, prepareOwner } from "./deleted-tenants.ts";
import { DeliveryReads } from "./delivery-reads.ts";
import { EpochReads } from "./epoch-reads.ts";
import { type ListFailures, prepareListFailures } from "./failure-groups.ts";
import { prepareHalfLive } from "./half-live.ts";
import { InboxReads } from "./inbox-reads.ts";
import { IncomingReads } from "./incoming-reads.ts";
import { KeyReads } from "./key-reads.ts";
import { type ListRuns, prepareListRuns } from "./list-runs.ts";
import { type NextDue, prepareNextDue } from "./next-due.ts";
import { prepareReadChunks, type ReadChunks } from "./read-chunks.ts";
import { batchOf, runColumns, runOf, type SqlEvent, type SqlRun, type SqlSecret, secretOf } from "./rows.ts";
import { runIdBytes, runIdOf } from "./run-id-bytes.ts";
import { prepareReadSlot, type ReadSlot } from "./slot-reads.ts";
import { TriggerReads } from "./trigger-reads.ts";
import { type ListWaiting, prepareListWaiting } from "./waiting-runs.ts";
import { prepareReadStats, type ReadStats } from "./workflow-stats.ts";

export class Reads {
  readonly triggers: TriggerReads;
  readonly accounts: AccountReads;
  readonly epochs: EpochReads;
  readonly keys: KeyReads;
  readonly inbox: InboxReads;
  readonly deliveries: DeliveryReads;
  readonly audit: AuditReads;
  readonly bulks: BulkReads;
  readonly definitions: DefinitionReads;
  readonly halfLive: ReturnType<typeof prepareHalfLive>;
  readonly #tenants = new Map<TenantId, number>();
  readonly #isDeleted: (tenant: string) => boolean;
  readonly #ownerOf: (tenant: TenantId) => TenantId;
  readonly #statements;
  readonly #nextDue: NextDue;
  readonly #listRuns: ListRuns;
  readonly #listFailures: ListFailures;
  readonly #listWaiting: ListWaiting;
  readonly #readStats: ReadStats;
  readonly #readChunks: ReadChunks;
  readonly #readSlot: ReadSlot;
  readonly #incoming: IncomingReads;

  constructor(database: Database) {
    this.#statements = prepareReads(database);
    this.#isDeleted = prepareDeletedTenants(database);
    this.#ownerOf = prepareOwner(database);
    this.#nextDue = prepareNextDue(database);
    this.#listRuns = prepareListRuns(database);
    this.#listFailures = prepareListFailures(database);
    this.#listWaiting = prepareListWaiting(database);
    this.#readStats = prepareReadStats(database);
    this.#readChunks = prepareReadChunks(database);
    this.#readSlot = prepareReadSlot(database);
    this.#incoming = new IncomingReads(database);
    this.triggers = new TriggerReads(database);
    this.accounts = new AccountReads(database);
    this.epochs = new EpochReads(database);
    this.keys = new KeyReads(database);
    this.inbox = new InboxReads(database);
    this.deliveries = new DeliveryReads(database);
    this.audit = new AuditReads(database);
    this.bulks = new BulkReads(database);
    this.definitions = new DefinitionReads(database);
    this.halfLive = prepareHalfLive(database);
  }

  nextDueAt(open: readonly TenantId[]): number | null {
    return this.#nextDue(JSON.stringify(open.map((tenant) => this.#tenantNo(tenant))));
  }

  held(fence: Fence, cursor: string | null, limit: number): Page<RunRow> {
    const after = cursor === null ? 0 : Number(decodeCursor(cursor, 1)[0]);
    const found = this.#statements.held.all(fence, after, limit + 1);
    const { rows, next } = pageOf(found, limit, ({ no }) => [String(no)]);
    return { rows: rows.map((row) => runOf(row.tenant, row)), next };
  }

  poked(fence: Fence): readonly RunName[] {
    return this.#statements.poked.all(fence).map(({ tenant, id }) => ({ tenant, run: runIdOf(id) }));
  }

  run(tenant: TenantId, run: RunId): RunRow | null {
    const row = this.#statements.run.get(this.#tenantNo(tenant), runIdBytes(run));
    return row === undefined ? null : runOf(tenant, row);
  }

  runByStartKey(tenant: TenantId, startKey: Uint8Array): RunRow | null {
    const row = this.#statements.runByStartKey.get(this.#tenantNo(tenant), startKey);
    return row === undefined ? null : runOf(tenant, row);
  }

  tree(tenant: TenantId, root: RunId): readonly DefinitionName[] {
    const [no, id] = [this.#tenantNo(tenant), runIdBytes(root)];
    return this.#statements.tree.all({ no, id }).map(({ name, version }) => {
      return { name: new Uint8Array(name), version };
    });
  }

  chunks(tenant: TenantId, run: RunId, after: ChunkPlace | null, limit: number): readonly BodyChunk[] {
    return this.#readChunks(this.#tenantNo(tenant), run, after, limit);
  }

  events(tenant: TenantId, run: RunId, afterSeq: number, limit: number): readonly EventBatch[] {
    return this.#statements.events.all(this.#tenantNo(tenant), runIdBytes(run), afterSeq, limit).map(batchOf);
  }

  runs(tenant: TenantId, filter: RunFilter, cursor: string | null, limit: number): Page<RunRow> {
    return this.#listRuns(tenant, this.#tenantNo(tenant), filter, cursor, limit);
  }

  waiting(tenant: TenantId, filter: WaitingFilter, cursor: string | null, limit: number): Page<RunRow> {
    return this.#listWaiting(tenant, this.#tenantNo(tenant), filter, cursor, limit);
  }

  stats(tenant: TenantId, workflow: Uint8Array, sinceMs: number, recent: number): WorkflowStats {
    return this.#readStats(this.#tenantNo(tenant), workflow, sinceMs, recent);
  }

  failures(
    tenant: TenantId,
    filter: FailureFilter,
    cursor: string | null,
    limit: number,
  ): Page<FailureGroup> {
    return this.#listFailures(tenant, this.#tenantNo(tenant), filter, cursor, limit);
  }

  slot(tenant: TenantId, key: Uint8Array, limit: number): SlotLine {
    return this.#readSlot(this.#tenantNo(tenant), key, limit);
  }

  incoming(tenant: TenantId, topic: Uint8Array, sinceMs: number, limit: number): readonly IncomingRow[] {
    return this.#incoming.ofTopic(this.#tenantNo(tenant), topic, sinceMs, limit);
  }

  unsettled(limit: number, past: readonly TenantId[]): readonly IncomingRow[] {
    return this.#incoming.unsettled(limit, past);
  }

  secret(tenant: TenantId, name: Uint8Array): SecretRow | null {
    const row = this.#statements.secret.get(this.#ownerOf(tenant), name);
    return row === undefined ? null : secretOf(row);
  }

  secrets(tenant: TenantId): readonly SecretRow[] {
    return this.#statements.secrets.all(this.#ownerOf(tenant)).map(secretOf);
  }

  /** The tenant's number; 0, which no tenant has, when it has no runs or was deleted. */
  #tenantNo(tenant: TenantId): number {
    if (this.#isDeleted(tenant)) return 0;
    const known = this.#tenants.get(tenant);
    if (known !== undefined) return known;
    const no = this.#statements.tenant.get(tenant) as number | undefined;
    if (no !== undefined) this.#tenants.set(tenant, no);
    return no ?? 0;
  }
}

function prepareReads(database: Database) {
  const run = `SELECT ${runColumns} FROM run AS r JOIN head AS h ON h.no = r.no WHERE r.tenant = ?`;
  type Name = [TenantId, Uint8Array];
  return {
    tenant: database.prepare<[TenantId], number>("SELECT no FROM tenant WHERE id = ?").pluck(),
    poked: database.prepare<[Fence], { readonly tenant: TenantId; readonly id: Uint8Array }>(
      `SELECT t.id AS tenant, r.id AS id FROM head AS h INDEXED BY head_poked
         CROSS JOIN run AS r ON r.no = h.no CROSS JOIN tenant AS t ON t.no = h.tenant
       WHERE h.owner = ? AND h.owner <> 0 AND h.poked = 1
         AND ${isNotLeaving("h.tenant")}`,
    ),
    held: database.prepare<[Fence, number, number], SqlRun & { readonly tenant: TenantId }>(
      `SELECT ${runColumns}, t.id AS tenant FROM head AS h INDEXED BY head_due
         CROSS JOIN run AS r ON r.no = h.no CROSS JOIN tenant AS t ON t.no = h.tenant
       WHERE h.owner = ? AND h.owner <> 0 AND h.no > ?
         AND ${isNotLeaving("h.tenant")} ORDER BY h.no LIMIT ?`,
    ),
    run: database.prepare<[number, Uint8Array], SqlRun>(`${run} AND r.id = ?`),
    runByStartKey: database.prepare<[number, Uint8Array], SqlRun>(`${run} AND r.start_key = ?`),
    tree: database.prepare<{ readonly no: number; readonly id: Uint8Array }, DefinitionName>(
      `SELECT h.workflow AS name, r.version AS version FROM run AS r JOIN head AS h ON h.no = r.no
         WHERE r.tenant = @no AND r.id = @id
       UNION SELECT h.workflow, r.version FROM run AS r INDEXED BY run_root JOIN head AS h ON h.no = r.no
         WHERE r.tenant = @no AND r.root = @id`,
    ),
    events: database.prepare<[number, Uint8Array, number, number], SqlEvent>(
      `SELECT first_seq, last_seq, summaries, sealed FROM event
       WHERE run = (SELECT no FROM run WHERE tenant = ? AND id = ? AND no NOT IN (SELECT no FROM leaving_run))
         AND last_seq > ? ORDER BY last_seq LIMIT ?`,
    ),
    secret: database.prepare<Name, SqlSecret>("SELECT * FROM secret WHERE tenant = ? AND name = ?"),
    secrets: database.prepare<[TenantId], SqlSecret>("SELECT * FROM secret WHERE tenant = ?"),
  };
}
