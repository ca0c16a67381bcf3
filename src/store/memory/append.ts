// Appends units to the memory tables, each judged alone.

import type { KeptRun } from "../../ports/live-records.ts";
import type { AppendResult, AppendUnit, EventBatch } from "../../ports/store.ts";
import { hex } from "../hex.ts";
import { ownerOf } from "../run-owner.ts";
import { isCurrent } from "./engine-wraps.ts";
import { isWaitingItem, settleItem } from "./inbox.ts";
import { canKeep, isKept, isTreeLive, keepRuns, releaseRuns } from "./kept-runs.ts";
import { isLive } from "./leases.ts";
import { isLiveDefinition } from "./live.ts";
import { takesKey } from "./memory-keys.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { countOutcome } from "./outcomes.ts";
import type { RunRecord } from "./run-record.ts";
import { changeSlot, poke } from "./slots.ts";

export function append(tables: MemoryTables, units: readonly AppendUnit[]): readonly AppendResult[] {
  return units.map((unit) => appendUnit(tables, unit));
}

function appendUnit(tables: MemoryTables, unit: AppendUnit): AppendResult {
  const { tenant, run, fence, expectedSeq, batch, head, extra } = unit;
  const { left: _left, ...own } = head;
  if (!isLive(tables, fence)) return { type: "stale_fence" };
  const key = `${tenant}/${run}`;
  const record = tables.runs.get(key);
  const elsewhere = record !== undefined && record.owner !== 0 && record.owner !== fence;
  const letGo =
    record !== undefined && record.head.endedAt !== null && record.owner !== fence && batch !== null;
  if ((record?.lastSeq ?? 0) !== expectedSeq || elsewhere || letGo) return { type: "stale_seq" };
  const birth = record === undefined ? unit.birth : unit.birth === null ? record.birth : null;
  if (birth === null || (record === undefined && batch === null)) return { type: "stale_seq" };
  const isDeleted =
    tables.deletedTenants.has(tenant) || tables.deleted.has(`${tenant}/${hex(birth.workflow)}`);
  if (record === undefined && birth.startKey !== null) {
    const started = tables.startKeys.get(`${tenant}/${hex(birth.startKey)}`);
    if (started !== undefined) return { type: "start_exists", run: started };
  }
  if (record === undefined && isDeleted) return { type: "workflow_deleted" };
  const needsLive = record === undefined ? birth.live !== null : extra?.live != null;
  const lives = [record === undefined ? birth.live : extra?.live, ...(extra?.keeps ?? []).map(liveOf)];
  if (!lives.every((live) => isCurrent(tables, live ?? null))) return { type: "stale_epoch" };
  if (needsLive && !isLiveDefinition(tables, tenant, birth)) return { type: "not_live" };
  if (extra?.live != null && !isTreeLive(tables, tenant, run)) return { type: "not_live" };
  if (!canKeep(tables, tenant, extra?.keeps ?? [])) return { type: "not_live" };
  if (record === undefined && !takesKey(tables, tenant, birth.key)) return { type: "stale_key" };
  const item = record === undefined ? (extra?.item ?? null) : null;
  if (item !== null && !isWaitingItem(tables, tenant, item)) return { type: "item_settled" };
  const next =
    extra?.slot == null ? [] : changeSlot(tables, tenant, { run, attended: birth.attended }, extra.slot);
  if (next === null) return { type: "slot_taken" };
  if (record === undefined && birth.startKey !== null) {
    tables.startKeys.set(`${tenant}/${hex(birth.startKey)}`, run);
  }
  if (item !== null) {
    settleItem(tables, tenant, { no: item, state: "started", run, reason: null }, birth.createdAt);
  }
  const ended = head.endedAt !== null;
  const keeps = ended ? [] : [...(record?.keeps ?? []), ...keepRuns(tables, tenant, extra?.keeps ?? [])];
  const closes = ended && !isKept(tables, key);
  countOutcome(tables, tenant, birth.workflow, record?.head, head);
  tables.runs.set(key, {
    tenant,
    run,
    birth: closes ? { ...birth, live: null } : extra?.live == null ? birth : { ...birth, live: extra.live },
    head: own,
    lastSeq: batch?.lastSeq ?? expectedSeq,
    owner: ownerOf(head, fence),
    poked: !ended && record?.poked === true,
    topics: ended ? [] : (extra?.topics?.map(hex) ?? record?.topics ?? []),
    keeps,
    batches: batch === null ? (record?.batches ?? []) : extend(record, batch),
    batchCount: (record?.batchCount ?? 0) + (batch === null ? 0 : 1),
    chunks: unit.chunks === undefined ? (record?.chunks ?? []) : [...(record?.chunks ?? []), ...unit.chunks],
  });
  if (ended && head.dueAt === null && !head.held) tables.open.delete(key);
  else tables.open.add(key);
  if (ended && record !== undefined) releaseRuns(tables, record);
  for (const poked of [...next, ...(extra?.pokes ?? [])]) poke(tables, `${tenant}/${poked}`);
  return { type: "appended" };
}

function liveOf({ live }: KeptRun): Uint8Array | null {
  return live;
}

/**
 * A record's list is shared with those before it, each of which sees as many batches as it counts. It is copied only
 * when another copy of the tables went on from the same record.
 */
function extend(record: RunRecord | undefined, batch: EventBatch): EventBatch[] {
  if (record === undefined) return [batch];
  const { batches, batchCount } = record;
  const own = batches.length === batchCount ? batches : batches.slice(0, batchCount);
  own.push(batch);
  return own;
}
