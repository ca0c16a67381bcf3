// The hot path: all units of an append in one transaction, each judged alone.

import type { Database, Statement } from "better-sqlite3";
import type { AppendResult, AppendUnit, Fence, RunBirth, RunHead } from "../../ports/store.ts";
import type { RunId } from "../../value/id.ts";
import { packSummaries, statusNumber } from "./rows.ts";

const appended: AppendResult = { type: "appended" };
const staleSeq: AppendResult = { type: "stale_seq" };
const staleFence: AppendResult = { type: "stale_fence" };

/** A run that has ended is held by nobody and never due. */
function ownerOf(head: RunHead, fence: Fence): Fence {
  return head.held && head.endedAt === null ? fence : 0;
}

function dueOf(head: RunHead): number | null {
  return head.endedAt === null ? head.dueAt : null;
}

/** Prepared once a connection. */
export class AppendUnits {
  readonly #liveLease: Statement;
  readonly #startedBy: Statement;
  readonly #insertRun: Statement;
  readonly #updateRun: Statement;
  readonly #insertLabel: Statement;
  readonly #insertEvent: Statement;

  constructor(database: Database) {
    this.#liveLease = database.prepare("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
    this.#startedBy = database.prepare("SELECT run FROM run WHERE tenant = ? AND start_key = ?").pluck();
    this.#insertRun = database.prepare(
      `INSERT OR IGNORE INTO run
         (tenant, run, status, owner, due_at, created_at, ended_at, last_seq, version, workflow, key, card, start_key)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#updateRun = database.prepare(
      `UPDATE run SET status = ?, owner = ?, due_at = ?, ended_at = ?, last_seq = ?
       WHERE tenant = ? AND run = ? AND last_seq = ? AND owner IN (0, ?)`,
    );
    this.#insertLabel = database.prepare(
      "INSERT OR IGNORE INTO run_label (tenant, label, run) VALUES (?, ?, ?)",
    );
    this.#insertEvent = database.prepare(
      "INSERT INTO event (tenant, run, first_seq, last_seq, summaries, sealed) VALUES (?, ?, ?, ?, ?, ?)",
    );
  }

  append(units: readonly AppendUnit[]): readonly AppendResult[] {
    const live = new Map<number, boolean>();
    return units.map((unit) => (this.#isLive(unit.fence, live) ? this.#appendUnit(unit) : staleFence));
  }

  #appendUnit(unit: AppendUnit): AppendResult {
    const { tenant, run, birth, batch } = unit;
    if (birth !== null && birth.startKey !== null) {
      const started = this.#startedBy.get(tenant, birth.startKey) as RunId | undefined;
      if (started !== undefined && started !== run) return { type: "start_exists", run: started };
    }
    if (!(birth === null ? this.#update(unit) : this.#insert(unit, birth))) return staleSeq;
    const { firstSeq, lastSeq, summaries, sealed } = batch;
    this.#insertEvent.run(tenant, run, firstSeq, lastSeq, packSummaries(summaries), sealed);
    return appended;
  }

  #update({ tenant, run, fence, expectedSeq, batch, head }: AppendUnit): boolean {
    const updated = this.#updateRun.run(
      statusNumber(head.status),
      ownerOf(head, fence),
      dueOf(head),
      head.endedAt,
      batch.lastSeq,
      tenant,
      run,
      expectedSeq,
      fence,
    );
    return updated.changes === 1;
  }

  #insert({ tenant, run, fence, expectedSeq, batch, head }: AppendUnit, birth: RunBirth): boolean {
    if (expectedSeq !== 0) return false;
    const { createdAt, version, workflow, key, card, startKey, labels } = birth;
    const inserted = this.#insertRun.run(
      tenant,
      run,
      statusNumber(head.status),
      ownerOf(head, fence),
      dueOf(head),
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
    for (const label of labels) this.#insertLabel.run(tenant, label, run);
    return true;
  }

  #isLive(fence: number, live: Map<number, boolean>): boolean {
    const known = live.get(fence) ?? this.#liveLease.get(fence) !== undefined;
    live.set(fence, known);
    return known;
  }
}
