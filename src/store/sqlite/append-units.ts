// The hot path: all units of an append in one transaction, each judged alone.

import type { Database } from "better-sqlite3";
import type { AppendResult } from "../../ports/store.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter, numberBytesMax } from "./byte-writer.ts";
import type { Head, Heads } from "./heads.ts";
import type { PackedBirth, PackedUnit } from "./packed-units.ts";
import { runIdBytes, runIdOf } from "./run-id-bytes.ts";

export type AppendUnits = (units: readonly PackedUnit[]) => readonly AppendResult[];

const appended: AppendResult = { type: "appended" };
const staleSeq: AppendResult = { type: "stale_seq" };
const staleFence: AppendResult = { type: "stale_fence" };

/** What a head becomes with a unit. A run that has ended is neither due nor held, whatever its unit says. */
function nextOf(unit: PackedUnit) {
  const open = unit.endedAt === null;
  const owner = unit.held && open ? unit.fence : 0;
  return { status: unit.status, lastSeq: unit.lastSeq, owner, dueAt: open ? unit.dueAt : null };
}

export function prepareAppend(database: Database, heads: Heads): AppendUnits {
  const liveLease = database.prepare<[number]>("SELECT 1 FROM lease WHERE fence = ? AND ended = 0").pluck();
  const insertEvent = database.prepare(
    "INSERT INTO event (run, first_seq, last_seq, summaries, sealed) VALUES (?, ?, ?, ?, ?)",
  );
  // An index is written anew when a statement names one of its columns, changed or not: two statements more.
  const setSeq = database.prepare("UPDATE head SET last_seq = ? WHERE no = ?");
  const setDue = database.prepare("UPDATE head SET last_seq = ?, owner = ?, due_at = ? WHERE no = ?");
  const setStatus = database.prepare(
    "UPDATE head SET last_seq = ?, owner = ?, due_at = ?, status = ?, ended_at = ? WHERE no = ?",
  );
  const deleteLabel = database.prepare(
    "DELETE FROM label WHERE tenant = ? AND label = ? AND status = ? AND created_at = ? AND run = ?",
  );
  const birth = prepareBirth(database, heads);

  function change(head: Head, unit: PackedUnit): Head {
    const next = { ...head, ...nextOf(unit) };
    if (next.status !== head.status || unit.endedAt !== null) {
      setStatus.run(next.lastSeq, next.owner, next.dueAt, next.status, unit.endedAt, head.no);
      for (const label of labelsOf(head.labels)) {
        deleteLabel.run(head.tenant, label, head.status, head.createdAt, head.no);
        birth.insertLabel(next, label);
      }
    } else if (next.owner !== head.owner || next.dueAt !== head.dueAt) {
      setDue.run(next.lastSeq, next.owner, next.dueAt, head.no);
    } else {
      setSeq.run(next.lastSeq, head.no);
    }
    return next;
  }

  function write(unit: PackedUnit): Head | AppendResult {
    if (unit.birth !== null) return birth.insert(unit, unit.birth);
    const head = heads.find(unit.tenant, unit.run);
    if (head === null || head.lastSeq !== unit.expectedSeq) return staleSeq;
    return head.owner === 0 || head.owner === unit.fence ? change(head, unit) : staleSeq;
  }

  function appendUnit(unit: PackedUnit, live: Map<number, boolean>): AppendResult {
    if (!isLive(unit.fence, live)) return staleFence;
    const head = write(unit);
    if ("type" in head) return head;
    insertEvent.run(head.no, unit.firstSeq, unit.lastSeq, unit.summaries, unit.sealed);
    if (head.owner === 0) heads.forget(unit.tenant, unit.run);
    else heads.keep(unit.tenant, unit.run, head);
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

function prepareBirth(database: Database, heads: Heads) {
  const startedBy = database
    .prepare<[number, Uint8Array], Uint8Array>("SELECT id FROM run WHERE tenant = ? AND start_key = ?")
    .pluck();
  const insertRun = database.prepare(
    "INSERT OR IGNORE INTO run (tenant, id, version, key, card, start_key) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertHead = database.prepare(
    `INSERT INTO head (no, tenant, workflow, created_at, status, last_seq, owner, due_at, ended_at, labels)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertLabel = database.prepare(
    "INSERT OR IGNORE INTO label (tenant, label, status, created_at, run) VALUES (?, ?, ?, ?, ?)",
  );

  function insert(unit: PackedUnit, birth: PackedBirth): Head | AppendResult {
    if (unit.expectedSeq !== 0) return staleSeq;
    const { createdAt, version, workflow, key, card, startKey } = birth;
    const known = heads.tenant(unit.tenant);
    const started = known === null || startKey === null ? undefined : startedBy.get(known, startKey);
    if (started !== undefined) {
      const run = runIdOf(started as Uint8Array);
      return run === unit.run ? staleSeq : { type: "start_exists", run };
    }
    const tenant = known ?? heads.addTenant(unit.tenant);
    const inserted = insertRun.run(tenant, runIdBytes(unit.run), version, key, card, startKey);
    if (inserted.changes !== 1) return staleSeq;
    const labels = packLabels(birth.labels);
    const next = nextOf(unit);
    const head: Head = { no: Number(inserted.lastInsertRowid), tenant, createdAt, labels, ...next };
    const { no, status, lastSeq, owner, dueAt } = head;
    insertHead.run(no, tenant, workflow, createdAt, status, lastSeq, owner, dueAt, unit.endedAt, labels);
    for (const label of birth.labels) addLabel(head, label);
    return head;
  }

  function addLabel({ tenant, status, createdAt, no }: Head, label: Uint8Array): void {
    insertLabel.run(tenant, label, status, createdAt, no);
  }

  return { insert, insertLabel: addLabel };
}

function packLabels(labels: readonly Uint8Array[]): Uint8Array | null {
  if (labels.length === 0) return null;
  const writer = new ByteWriter(labels.reduce((sum, label) => sum + label.length + numberBytesMax, 0));
  for (const label of labels) writer.bytes(label);
  return writer.written;
}

function labelsOf(packed: Uint8Array | null): readonly Uint8Array[] {
  if (packed === null) return [];
  const reader = new ByteReader(packed);
  const labels: Uint8Array[] = [];
  while (!reader.atEnd) labels.push(reader.bytes());
  return labels;
}
