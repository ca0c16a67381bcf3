// The hot path: all units of an append in one transaction, each judged alone.

import type { Database } from "better-sqlite3";
import type { AppendResult, AppendUnit } from "../../ports/store.ts";
import type { RunId } from "../../value/id.ts";
import { packSummaries, statusNumber } from "./rows.ts";

export type AppendUnits = (units: readonly AppendUnit[]) => readonly AppendResult[];

const appended: AppendResult = { type: "appended" };
const staleSeq: AppendResult = { type: "stale_seq" };

export function prepareAppend(database: Database): AppendUnits {
  const liveLease = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const startedBy = database
    .prepare<[string, Uint8Array]>("SELECT run FROM run WHERE tenant = ? AND start_key = ?")
    .pluck();
  const insertRun = database.prepare(
    `INSERT OR IGNORE INTO run
       (tenant, run, status, owner, due_at, created_at, ended_at, last_seq, version, workflow, key, card, start_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateRun = database.prepare(
    `UPDATE run SET status = ?, owner = ?, due_at = ?, ended_at = ?, last_seq = ?
     WHERE tenant = ? AND run = ? AND last_seq = ? AND owner IN (0, ?)`,
  );
  const insertLabel = database.prepare(
    "INSERT OR IGNORE INTO run_label (tenant, label, run) VALUES (?, ?, ?)",
  );
  const insertEvent = database.prepare(
    "INSERT INTO event (tenant, run, first_seq, last_seq, summaries, sealed) VALUES (?, ?, ?, ?, ?, ?)",
  );

  function writeRun(unit: AppendUnit): boolean {
    const { tenant, run, fence, expectedSeq, birth, batch, head } = unit;
    const status = statusNumber(head.status);
    const owner = head.held ? fence : 0;
    if (birth === null) {
      const { dueAt, endedAt } = head;
      return (
        updateRun.run(status, owner, dueAt, endedAt, batch.lastSeq, tenant, run, expectedSeq, fence)
          .changes === 1
      );
    }
    if (expectedSeq !== 0) return false;
    const { createdAt, version, workflow, key, card, startKey } = birth;
    const inserted = insertRun.run(
      tenant,
      run,
      status,
      owner,
      head.dueAt,
      createdAt,
      head.endedAt,
      batch.lastSeq,
      version,
      workflow,
      key,
      card,
      startKey,
    );
    if (inserted.changes !== 1) return false;
    for (const label of birth.labels) insertLabel.run(tenant, label, run);
    return true;
  }

  function appendUnit(unit: AppendUnit, live: Map<number, boolean>): AppendResult {
    const { tenant, run, fence, birth, batch } = unit;
    if (!isLive(fence, live)) return { type: "stale_fence" };
    if (birth !== null && birth.startKey !== null) {
      const started = startedBy.get(tenant, birth.startKey) as RunId | undefined;
      if (started !== undefined && started !== run) return { type: "start_exists", run: started };
    }
    if (!writeRun(unit)) return staleSeq;
    insertEvent.run(tenant, run, batch.firstSeq, batch.lastSeq, packSummaries(batch.summaries), batch.sealed);
    return appended;
  }

  function isLive(fence: number, live: Map<number, boolean>): boolean {
    const known = live.get(fence) ?? liveLease.get(fence) !== undefined;
    live.set(fence, known);
    return known;
  }

  return (units) => {
    const live = new Map<number, boolean>();
    return units.map((unit) => appendUnit(unit, live));
  };
}
