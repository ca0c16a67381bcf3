// The first unit of a run: its row, its head and its labels, unless it was started before or finds no place.

import type { Database } from "better-sqlite3";
import type { AppendResult } from "../../ports/store.ts";
import type { RunId } from "../../value/id.ts";
import { ownerOf } from "../run-owner.ts";
import { packList } from "./byte-list.ts";
import { type ChangeFailure, prepareFailures } from "./failure-writes.ts";
import type { Head, Heads } from "./heads.ts";
import type { InboxWrites } from "./inbox-writes.ts";
import type { KeptRuns } from "./kept-runs.ts";
import type { KeyFence } from "./key-fence.ts";
import { type ChangeListed, prepareListed } from "./listed-writes.ts";
import type { LiveWrites } from "./live-writes.ts";
import { type OutcomeWrites, prepareOutcomes } from "./outcome-writes.ts";
import type { PackedBirth, PackedUnit } from "./packed-units.ts";
import { runIdBytes, runIdOf } from "./run-id-bytes.ts";
import type { SlotWrites } from "./slot-writes.ts";

const staleSeq: AppendResult = { type: "stale_seq" };
const slotTaken: AppendResult = { type: "slot_taken" };
const notLive: AppendResult = { type: "not_live" };
const staleEpoch: AppendResult = { type: "stale_epoch" };
const staleKey: AppendResult = { type: "stale_key" };
const workflowDeleted: AppendResult = { type: "workflow_deleted" };
const itemSettled: AppendResult = { type: "item_settled" };

/** What a new run must fit: live definitions, an item that waits, the current generation of the tenant's key. */
export interface BirthGuards {
  readonly lives: LiveWrites;
  readonly inbox: InboxWrites;
  readonly fence: KeyFence;
  readonly kept: KeptRuns;
}

export interface BirthWrites {
  insert(unit: PackedUnit, birth: PackedBirth): Head | AppendResult;
  readonly changeListed: ChangeListed;
  readonly changeFailure: ChangeFailure;
  readonly outcomes: OutcomeWrites;
}

/** What a head becomes with a unit. It is kept for as long as the run is held, and so holds no view into the bytes of an append. */
export function nextOf(unit: PackedUnit) {
  const { status, lastSeq, fence, doing, dueAt, endedAt, failure } = unit;
  const own = failure === null ? null : new Uint8Array(failure);
  return { status, lastSeq, owner: ownerOf(unit, fence), doing, dueAt, endedAt, failure: own };
}

export function prepareBirths(
  database: Database,
  heads: Heads,
  slots: SlotWrites,
  { lives, inbox, fence, kept }: BirthGuards,
): BirthWrites {
  const { startedBy, isDeleted, insertRun, insertHead } = prepareStatements(database);
  const changeListed = prepareListed(database);
  const [changeFailure, outcomes] = [prepareFailures(database), prepareOutcomes(database)];

  function insert(unit: PackedUnit, birth: PackedBirth): Head | AppendResult {
    if (unit.expectedSeq !== 0 || unit.lastSeq < unit.firstSeq) return staleSeq;
    const { createdAt, version, key, card, startKey, retentionMs } = birth;
    const workflow = new Uint8Array(birth.workflow);
    const root = birth.root === null ? null : runIdBytes(birth.root);
    const known = heads.tenant(unit.tenant);
    const started = known === null || startKey === null ? undefined : startedBy.get(known, startKey);
    if (started !== undefined) {
      const run = runIdOf(started as Uint8Array);
      return run === unit.run ? staleSeq : { type: "start_exists", run };
    }
    // A run that is there already holds or awaits its place: it is not this unit that is refused one.
    const isThere = unit.extra !== null && heads.find(unit.tenant, unit.run) !== null;
    if (
      isDeleted.get(unit.tenant, workflow, unit.tenant) !== undefined &&
      heads.find(unit.tenant, unit.run) === null
    )
      return workflowDeleted;
    if (!isThere && slots.refuses(known ?? 0, 0, unit.extra?.slot ?? null)) return slotTaken;
    const keeps = unit.extra?.keeps ?? [];
    if (!isThere && ![birth.live, ...keeps.map((one) => one.live)].every(lives.admits)) return staleEpoch;
    if (!isThere && birth.live !== null && !lives.hasDefinition(unit.tenant, workflow, version))
      return notLive;
    if (!isThere && !kept.canKeep(unit.tenant, keeps)) return notLive;
    if (!isThere && !fence(unit.tenant, key)) return staleKey;
    const item = unit.extra?.item ?? null;
    if (!isThere && item !== null && !inbox.isWaiting(unit.tenant, item)) return itemSettled;
    const tenant = known ?? heads.addTenant(unit.tenant);
    const inserted = insertRun.run(tenant, runIdBytes(unit.run), version, key, card, startKey, root);
    if (inserted.changes !== 1) return staleSeq;
    const labels = birth.labels.length === 0 ? null : packList(birth.labels);
    const next = nextOf(unit);
    const head: Head = { no: Number(inserted.lastInsertRowid), tenant, createdAt, workflow, labels, ...next };
    const { no, status, lastSeq, owner, dueAt, doing } = head;
    // One that ends with its first append is never opened by the engine alone.
    const live = unit.endedAt === null ? birth.live : null;
    const attended = birth.attended ? 1 : 0;
    const changing = [status, lastSeq, owner, dueAt, unit.endedAt] as const;
    const stays = birth.root !== null && heads.find(unit.tenant, birth.root) !== null ? 1 : 0;
    const rest = [labels, retentionMs, live, attended, doing, stays, version] as const;
    insertHead.run(no, tenant, workflow, createdAt, ...changing, ...rest);
    if (labels !== null || doing !== 0 || head.failure !== null) changeListed(null, head);
    changeFailure(no, null, head);
    outcomes.change(no, null, head);
    if (item !== null) {
      const run = unit.run as RunId;
      inbox.settle(unit.tenant, [{ no: item, state: "started", run, reason: null }], createdAt);
    }
    return head;
  }

  return { insert, changeListed, changeFailure, outcomes };
}

function prepareStatements(database: Database) {
  const startedBy = database
    .prepare<[number, Uint8Array], Uint8Array>("SELECT id FROM run WHERE tenant = ? AND start_key = ?")
    .pluck();
  const insertRun = database.prepare(
    "INSERT OR IGNORE INTO run (tenant, id, version, key, card, start_key, root) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const insertHead = database.prepare(
    `INSERT INTO head (no, tenant, workflow, created_at, status, last_seq, owner, due_at, ended_at, labels,
       retention, live, attended, doing, stays, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const isDeleted = database
    .prepare<[string, Uint8Array, string]>(
      `SELECT 1 FROM deleted_workflow WHERE tenant = ? AND name = ?
       UNION ALL SELECT 1 FROM deleted_tenant WHERE id = ?`,
    )
    .pluck();
  return { startedBy, isDeleted, insertRun, insertHead };
}
