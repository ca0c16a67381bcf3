// The store: what the engine asks of a database. It sees sealed bytes, keyed hashes, times, sizes and statuses only.

import type { RunStatus } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { AccountStore } from "./account-store.ts";
import type { AuditAppend, AuditMoved, AuditStore } from "./audit-store.ts";
import type { BulkStore } from "./bulk-store.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import type { EpochStore } from "./epoch-store.ts";
import type { GrantStore, HookStore, InboxStore } from "./inbox-store.ts";
import type { KeyStore } from "./key-store.ts";
import type { DefinitionName, KeptRun, LiveRecords } from "./live-records.ts";
import type { OverviewStore } from "./overview-store.ts";
import type { DefinitionRow, IncomingRow, TriggerRow } from "./record-rows.ts";
import type { SecretStore } from "./secret-store.ts";
import type { SlotChange } from "./slot-change.ts";
import type { SlotLine } from "./slot-line.ts";

export type { DefinitionRow, IncomingRow, SecretRow, TriggerRow } from "./record-rows.ts";

/**
 * A node's right to write. A larger fence is a later lease. The store reads no clock: a lease ends, for ever, when it is
 * closed, when a new one opens on an embedded store, or when another node claims at a `now` that is not before its end.
 * Until then it may append and be renewed, however late; from then on it can do nothing, so that what the claim takes
 * cannot be written by the node before.
 */
export type Fence = number;

/** One event as anyone may see it: enough to list a log without opening it. */
export interface EventSummary {
  readonly seq: number;
  readonly type: string;
  /** Number of the step that it concerns, from 0, or null. */
  readonly step: number | null;
  readonly at: number;
}

/** Events of one append: one row, sealed once. */
export interface EventBatch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly summaries: readonly EventSummary[];
  readonly sealed: Uint8Array;
}

/** A piece of a body that stands apart from the events of its run. */
export interface BodyChunk {
  /** Of its run. */
  readonly body: number;
  /** From 0. */
  readonly chunk: number;
  readonly sealed: Uint8Array;
}

/** Where a chunk stands among those of its run. */
export type ChunkPlace = Pick<BodyChunk, "body" | "chunk">;

/** What changes in a run's row with an append. One that has ended may be due or held again: its compensation goes on. */
export interface RunHead {
  readonly status: RunStatus;
  /**
   * When the run needs a node again if the one that holds it dies, or at all if none holds it: a time in the past for
   * work in flight, the next timer for one that only waits, null when nothing will ever be due by itself.
   */
  readonly dueAt: number | null;
  /** True while the appending node keeps the run in memory. */
  readonly held: boolean;
  /** With `held`: nobody does, and whoever takes the run next is told all the same that it was held. */
  readonly left?: boolean;
  /** What it is doing: bits as of `doings`. 0 for one that has ended. */
  readonly doing: number;
  readonly endedAt: number | null;
  /** Of one that ended badly: keyed hash of what runs that failed alike have in common. Null for any other. */
  readonly failure: Uint8Array | null;
}

/** What is written once, with a run's first append. */
export interface RunBirth {
  readonly createdAt: number;
  readonly key: Uint8Array;
  /**
   * The key as the engine alone may open it, of a run at the top; gone when it has ended and no other keeps it. Null
   * for a child, which opens under the root, and for what is `attended`.
   */
  readonly live: Uint8Array | null;
  /** The engine alone cannot open it: it is claimed only where its tenant is signed in. */
  readonly attended: boolean;
  /** Sealed: what a list shows of the run. Empty when its first batch is small enough to be opened for that. */
  readonly card: Uint8Array;
  readonly workflow: Uint8Array;
  readonly version: number;
  /** Keyed hash of the caller's `Idempotency-Key`, unique within the tenant, or null. */
  readonly startKey: Uint8Array | null;
  readonly labels: readonly Uint8Array[];
  /** How long the run is kept after its end. */
  readonly retentionMs: number;
  /** Of a child: the run at the top, which may still have it undone. */
  readonly root: RunId | null;
}

export interface AppendUnit {
  readonly tenant: TenantId;
  readonly run: RunId;
  readonly fence: Fence;
  /** Last seq in the store that this unit follows; 0 for a new run. */
  readonly expectedSeq: number;
  /** Of a new run; null for any other. */
  readonly birth: RunBirth | null;
  /** Null when only the head changes: the run is let go. */
  readonly batch: EventBatch | null;
  /** What the events of `batch` name for the first time, written with them; absent for nothing. */
  readonly chunks?: readonly BodyChunk[];
  readonly head: RunHead;
  readonly extra: UnitExtra | null;
}

/** What an append changes besides the run itself, in the same transaction: nothing, for almost every one. */
export interface UnitExtra {
  /**
   * Runs of the same tenant that must look at the world again: each is due from now on, and stays so until it is claimed.
   * One that has ended is not poked.
   */
  readonly pokes: readonly RunId[];
  /**
   * Topics of the events that the run waits for, in place of those before; null leaves them as they are. A run that has
   * ended waits for none.
   */
  readonly topics: readonly Uint8Array[] | null;
  readonly slot: SlotChange | null;
  /** For a run that had ended and is gone on with: its key as the engine alone may open it. Null for any other. */
  readonly live: Uint8Array | null;
  /** For a new run that an item of the inbox starts: the item's number. It is settled with the same write. */
  readonly item: number | null;
  /** For a run that begins or is gone on with: what it needs until its end. */
  readonly keeps: readonly KeptRun[];
}

/**
 * - `appended`: durable
 * - `stale_seq`: somebody else wrote this run, or it was held by another lease (living or ended): claim it, read it again.
 *   A run that nobody holds takes an append on the right seq from any living lease, unless it has ended: such a one may be
 *   sealed anew under another key at any time
 * - `stale_fence`: the lease ended; this node must stop
 * - `start_exists`: a run with this start key is there already
 * - `slot_taken`: no place is free; nothing was changed
 * - `not_live`: the unit brings a `live` key, but the engine alone cannot open the definition of that run, or of a child
 *   that it has (see `keepLive`); or the key of a run that is kept has been replaced. Nothing was changed
 * - `stale_epoch`: the unit brings a `live` key that is wrapped under an epoch which is not current (see `EpochStore`);
 *   nothing was changed
 * - `stale_key`: the key of a new run was wrapped for a generation of the tenant's key that has been replaced. Any other
 *   record of a tenant that was deleted is refused so, too
 * - `item_settled`: the item of the inbox waits no more; nothing was changed
 * - `workflow_deleted`: of a new run, whose workflow was deleted, or whose tenant
 */
export type AppendResult =
  | { readonly type: "appended" }
  | { readonly type: "stale_seq" }
  | { readonly type: "stale_fence" }
  | { readonly type: "start_exists"; readonly run: RunId }
  | { readonly type: "slot_taken" }
  | { readonly type: "not_live" }
  | { readonly type: "stale_epoch" }
  | { readonly type: "stale_key" }
  | { readonly type: "item_settled" }
  | { readonly type: "workflow_deleted" };

export type DefinitionPut =
  | "created"
  | "same"
  | "conflict"
  | "deleted"
  | "highest_moved"
  | "stale_epoch"
  | "stale_key"
  | AuditMoved;

export interface RunRow extends RunHead, Omit<RunBirth, "labels" | "retentionMs"> {
  readonly tenant: TenantId;
  readonly run: RunId;
  readonly lastSeq: number;
  /** The first batch, sealed, of a run whose card is empty; null for any other. */
  readonly first: Uint8Array | null;
}

export interface RunFilter {
  readonly workflow?: Uint8Array;
  readonly statuses?: readonly RunStatus[];
  readonly label?: Uint8Array;
  /** Does any of these: bits as of `doings`. */
  readonly doing?: number;
  /** Was due before this time, and nobody holds it (milliseconds since 1970). */
  readonly overdueAt?: number;
  /** Ended badly with this keyed hash. */
  readonly failure?: Uint8Array;
  /** Created at or after, before (milliseconds since 1970). */
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

/** `true`: deleted with this write. */
export type DefinitionDeleted = boolean | "highest_moved" | AuditMoved;

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Opaque; null on the last page. */
  readonly next: string | null;
}

export interface RunName {
  readonly tenant: TenantId;
  readonly run: RunId;
}

export interface LeaseRequest {
  readonly node: string;
  readonly now: number;
  /** The lease ends at `now + ttlMs` unless it is renewed. */
  readonly ttlMs: number;
}

/**
 * Every write is durable when its promise resolves. A promise that rejects with a `DispatchedError` of code
 * `store_rolled_back` changed nothing; with any other error the outcome is unknown and must be read.
 */
export interface Store extends SecretStore {
  readonly accounts: AccountStore;
  readonly epochs: EpochStore;
  readonly keys: KeyStore;
  readonly inbox: InboxStore;
  readonly hooks: HookStore;
  readonly deliveries: DeliveryStore;
  readonly grants: GrantStore;
  readonly audit: AuditStore;
  readonly overview: OverviewStore;
  readonly bulks: BulkStore;

  /** A new lease with a fence above all before. On an embedded store it ends every earlier lease. */
  openLease(request: LeaseRequest): Promise<Fence>;
  /** False when the lease has ended: the node must stop. */
  renewLease(fence: Fence, request: LeaseRequest): Promise<boolean>;
  /**
   * Ends the lease. Runs of which nothing is under way are `released`: from then on not `held`, as if their last append
   * had let them go. So are, however a lease ends, runs that it held and that have ended and are not due.
   */
  closeLease(fence: Fence, released: readonly RunName[]): Promise<void>;

  /**
   * All units in one transaction, each judged alone: a stale one is dropped, the others stand. In the order given. Where
   * the outcome is unknown, one without events is never applied behind a later claim of its run: both change its row.
   */
  append(units: readonly AppendUnit[]): Promise<readonly AppendResult[]>;

  /**
   * Takes up to `limit` due or poked runs that no living lease holds, earliest due first, those with no due time before
   * all; of those that are attended, the runs of `open` tenants only. They are then held by `fence` and no longer poked, but due, should that node die before it looks. The rows are given as they were before: `held` says that a node
   * now gone had the run in memory, so that calls which it announced may have been sent.
   */
  claim(fence: Fence, now: number, limit: number, open?: readonly TenantId[]): Promise<readonly RunRow[]>;
  /**
   * Takes one run, whether due or not, as `claim` does; null when it does not exist, false when another living lease
   * holds it. One that `fence` itself holds is given as held; one that has ended, and that nobody holds, is given and not
   * taken unless `ended`.
   */
  claimRun(
    fence: Fence,
    now: number,
    tenant: TenantId,
    run: RunId,
    ended?: boolean,
  ): Promise<RunRow | null | false>;
  /** While the lease lives the line for a place goes past a run that waits and that `fence` holds: it is due after it. */
  setAside(fence: Fence, tenant: TenantId, run: RunId): Promise<void>;
  /** Runs that `fence` holds: for a node that does not know what became of a claim. */
  listHeld(fence: Fence, cursor: string | null, limit: number): Promise<Page<RunRow>>;
  /** Runs that `fence` holds and that were poked since: another node, or an append that fell silent, changed their world. */
  listPoked(fence: Fence): Promise<readonly RunName[]>;
  /** Earliest `dueAt` among runs that nobody holds and `claim` would give, 0 when one of them is poked, or null. */
  nextDueAt(open?: readonly TenantId[]): Promise<number | null>;

  readRun(tenant: TenantId, run: RunId): Promise<RunRow | null>;
  readRunByStartKey(tenant: TenantId, startKey: Uint8Array): Promise<RunRow | null>;
  /** Of what the run at the top and all its children are runs, each once. */
  listTree(tenant: TenantId, root: RunId): Promise<readonly DefinitionName[]>;
  /** Batches that hold events after `afterSeq`, in order, at most `limit` batches. */
  readEvents(tenant: TenantId, run: RunId, afterSeq: number, limit: number): Promise<readonly EventBatch[]>;
  /** Chunks of the run's bodies after `after` (null: from the first), by body and place, at most `limit`. They go with the run. */
  readChunks(
    tenant: TenantId,
    run: RunId,
    after: ChunkPlace | null,
    limit: number,
  ): Promise<readonly BodyChunk[]>;
  /** Newest first. */
  listRuns(tenant: TenantId, filter: RunFilter, cursor: string | null, limit: number): Promise<Page<RunRow>>;

  /**
   * Forgets at most `limit` runs that ended longer ago than they are kept, with their events: not held, not due, no child before
   * its root, none that an active run keeps. Gives how many, `limit` if large ones cut it short; none when the lease has ended.
   * Also removes what is left of deleted tenants, and gives `limit` until nothing is.
   */
  dropEnded(fence: Fence, now: number, limit: number): Promise<number>;

  /** Names at most `limit` of those that have a place, and of those that wait for one and are not set aside. */
  readSlot(tenant: TenantId, key: Uint8Array, limit: number): Promise<SlotLine>;

  /**
   * `created`, `same` (the same bytes are there), `conflict` (other bytes under the same version), `stale_epoch` or
   * `stale_key` (as of an append). One that becomes the highest version brings its `triggers`, in place of those of the
   * version before, and ends the grant of the workflow. Of the triggers before, a cron trigger with a due time
   * (`scheduledAt`) at `row.createdAt` or before stays until it is moved on past that. Only what is created is audited.
   * With `expected`, the highest version must be that one (0: there is none), or it is `highest_moved`. `deleted`: the
   * workflow was deleted, and the version is not above all that are stored.
   */
  putDefinition(
    row: DefinitionRow,
    triggers?: readonly TriggerRow[],
    audit?: AuditAppend,
    expected?: number,
  ): Promise<DefinitionPut>;
  /**
   * From now on no run of the workflow is born; its triggers, hooks and grant end with the same write. False when there is no
   * such workflow, or it was deleted before. A `putDefinition` of a version above all that are stored takes it back. With
   * `expected`, the highest version must be that one, or it is `highest_moved`.
   */
  deleteDefinition(
    tenant: TenantId,
    name: Uint8Array,
    at: number,
    audit?: AuditAppend,
    expected?: number,
  ): Promise<DefinitionDeleted>;
  /** When the workflow was deleted; null when it is not. */
  readDeletion(tenant: TenantId, name: Uint8Array): Promise<number | null>;
  /** The given version, or the highest. */
  readDefinition(tenant: TenantId, name: Uint8Array, version: number | null): Promise<DefinitionRow | null>;
  /** The highest version of each workflow that was not deleted. */
  listDefinitions(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<DefinitionRow>>;
  /** At most `limit` live definitions of which something that they name, in its highest version, is not live. */
  listHalfLive(tenant: TenantId, limit: number): Promise<readonly DefinitionRow[]>;
  /** All versions of one workflow, highest first. */
  listVersions(
    tenant: TenantId,
    name: Uint8Array,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DefinitionRow>>;

  /**
   * Lets the engine alone open these; none of them while something that one of the definitions names, a secret or the
   * highest version of a workflow, would stay closed: it was put meanwhile. One whose version or key was replaced, or that
   * is gone, is passed over. False, and nothing changes, when one is wrapped under an epoch that is not current.
   */
  keepLive(tenant: TenantId, records: LiveRecords): Promise<boolean>;
  /**
   * From now on the engine alone cannot open any definition, secret or event but those that active runs which are not
   * attended, runs that they keep, and grants, may need: their own definition, what that (and the grant) names, and so on
   * through the workflows that it names, in every version. Gives how many records were closed, 0 when no more are to be.
   */
  dropLive(): Promise<number>;

  /** Without those that were replaced. */
  listTriggers(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<TriggerRow>>;
  /** The tenant's triggers for events of this topic. */
  listEventTriggers(tenant: TenantId, topic: Uint8Array): Promise<readonly TriggerRow[]>;
  /** Cron triggers of all tenants whose `nextAt` has come, earliest first; also replaced ones. */
  listDueTriggers(now: number, limit: number): Promise<readonly TriggerRow[]>;
  /** Earliest `nextAt` of all cron triggers, or null. */
  nextTriggerAt(): Promise<number | null>;
  /**
   * Moves a cron trigger on: false when it is not there any more, or was moved on by another node. One that was replaced
   * goes when it has no due time left up to its `until`.
   */
  moveTrigger(row: TriggerRow, nextAt: number | null, scheduledAt: number | null): Promise<boolean>;

  /**
   * All in one transaction, in the order given. False for an event that is there already, be it as one of these rows.
   * Each that is new pokes every run that waits for one of its topics. Null, and nothing changes, when one brings a `live`
   * key that is wrapped under an epoch which is not current, or a key of a generation that has been replaced.
   */
  putIncoming(rows: readonly IncomingRow[]): Promise<readonly boolean[] | null>;
  /** Events of a topic received at `sinceMs` or after, oldest first. */
  listIncoming(
    tenant: TenantId,
    topic: Uint8Array,
    sinceMs: number,
    limit: number,
  ): Promise<readonly IncomingRow[]>;
  /**
   * Events for which triggers have not been looked at (`settleIncoming` ends that), oldest first; none of `past`. At most
   * `limit`, and no more than `unsettledBytesMax` but for the first; there may be more when some are given.
   */
  listUnsettled(limit: number, past: readonly TenantId[]): Promise<readonly IncomingRow[]>;
  settleIncoming(tenant: TenantId, id: Uint8Array): Promise<void>;
  /** Forgets at most `limit` events that are settled and were received before. Gives how many; `limit` if there may be more. */
  dropIncoming(beforeMs: number, limit: number): Promise<number>;

  /** Ends its threads and connections; what was acknowledged stays. */
  close(): Promise<void>;
}
