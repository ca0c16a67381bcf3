// Writes of data keys: a rotation begun, and records put under other wraps or other keys.

import type { Database } from "better-sqlite3";
import type { KeyChange, RotationRow, RotationStep } from "../../ports/key-store.ts";
import { assert } from "../../value/assert.ts";
import { packList } from "./byte-list.ts";
import { prepareDeletedTenants } from "./deleted-tenants.ts";
import { identityOf } from "./key-reads.ts";
import { type KeyTable, keyTables, nameColumns } from "./key-tables.ts";
import type { LiveWrites } from "./live-writes.ts";

export interface KeyWrites {
  begin(rotation: RotationRow): void;
  replace(tenant: string, changes: readonly KeyChange[], step: RotationStep | null): number | null;
}

export function prepareKeys(database: Database, lives: LiveWrites): KeyWrites {
  const begin = database.prepare(
    `INSERT OR REPLACE INTO rotation (tenant, from_generation, to_generation, deep, marks, previous, cursor, records,
       done, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const advance = database.prepare(
    `UPDATE rotation SET cursor = ?, done = done + ?, ended_at = ?, previous = iif(? IS NULL, previous, NULL)
     WHERE tenant = ? AND to_generation = ? AND cursor IS ? AND ended_at IS NULL`,
  );
  const tenantNo = database.prepare<[string], number>("SELECT no FROM tenant WHERE id = ?").pluck();
  const isDeleted = prepareDeletedTenants(database);
  const tables = new Map(keyTables.map((table) => [table.kind, prepareReplace(database, table)]));

  return {
    begin(row) {
      const { tenant, from, to, deep, previous, cursor, records, done, startedAt, endedAt } = row;
      const marks = packList(row.marks);
      const isDeep = deep ? 1 : 0;
      begin.run(tenant, from, to, isDeep, marks, previous, cursor, records, done, startedAt, endedAt);
    },
    replace(tenant, changes, step) {
      if (isDeleted(tenant)) return step === null ? 0 : null;
      if (step !== null) {
        const { to, before, after, done, endedAt } = step;
        const { changes: moved } = advance.run(after, done, endedAt, endedAt, tenant, to, before);
        if (moved === 0) return null;
      }
      const number = (tenantNo.get(tenant) as number | undefined) ?? 0;
      return changes.filter((change) => {
        if (!lives.admits(change.fresh?.live ?? null)) return false;
        const found = tables.get(change.record.kind);
        assert(found !== undefined, "every kind has a table");
        return found(found.byNumber ? number : tenant, change);
      }).length;
    },
  };
}

type Replace = ((tenant: string | number, change: KeyChange) => boolean) & { readonly byNumber: boolean };

function prepareReplace(database: Database, table: KeyTable): Replace {
  const { key } = table;
  const named = ["tenant", ...nameColumns(table)].map((column) => `${column} = ?`).join(" AND ");
  const rewrap = database.prepare(`UPDATE ${table.table} SET ${key} = ? WHERE ${named} AND ${key} = ?`);
  const isRun = table.table === "run";
  const freshRun = isRun ? prepareFreshRun(database) : null;
  const freshRecord = isRun || !table.isFreshened ? null : prepareFreshRecord(database, table, named);

  const replace = (tenant: string | number, { record, key: next, fresh }: KeyChange): boolean => {
    const name = [
      tenant,
      identityOf(table, record.row),
      ...(table.version === null ? [] : [record.version]),
      ...(table.place === null ? [] : [record.place]),
    ];
    if (fresh === null || record.whole === null) return rewrap.run(next, ...name, record.key).changes === 1;
    if (freshRun !== null) return freshRun(name, { record, key: next, fresh });
    if (freshRecord !== null) return freshRecord(name, { record, key: next, fresh });
    // A trigger's key and what it seals are one column.
    return table.kind === "trigger" && rewrap.run(next, ...name, record.key).changes === 1;
  };
  return Object.assign(replace, { byNumber: table.tenant === "number" });
}

function prepareFreshRecord(database: Database, { table, live }: KeyTable, named: string) {
  const hasLive = live !== "NULL";
  const [set, isThat] = hasLive ? [", live = ?", "AND live IS ?"] : ["", ""];
  const update = database.prepare(
    `UPDATE ${table} SET key = ?, sealed = ?${set} WHERE ${named} AND key = ? AND sealed = ? ${isThat}`,
  );
  return (name: readonly unknown[], { record, key, fresh }: KeyChange): boolean => {
    if (fresh === null || record.whole === null) return false;
    const [next, before] = hasLive ? [[fresh.live], [record.whole.live]] : [[], []];
    const { changes } = update.run(
      ...[key, fresh.sealed, ...next],
      ...[...name, record.key, record.whole.sealed, ...before],
    );
    return changes === 1;
  };
}

/** A quiet run with all its batches; nobody can have written it since it was listed. */
function prepareFreshRun(database: Database) {
  const quiet = database
    .prepare<unknown[], number>(
      `SELECT r.no FROM run AS r JOIN head AS h ON h.no = r.no
       WHERE r.tenant = ? AND r.id = ? AND r.key = ? AND h.last_seq = ?
         AND h.ended_at IS NOT NULL AND h.owner = 0 AND h.due_at IS NULL AND h.live IS NULL`,
    )
    .pluck();
  const countBatches = database.prepare<[number], number>("SELECT count(*) FROM event WHERE run = ?").pluck();
  const countChunks = database.prepare<[number], number>("SELECT count(*) FROM chunk WHERE run = ?").pluck();
  const setChunk = database.prepare("UPDATE chunk SET sealed = ? WHERE run = ? AND body = ? AND place = ?");
  const setRun = database.prepare("UPDATE run SET key = ?, card = ? WHERE no = ?");
  const setBatch = database.prepare("UPDATE event SET sealed = ? WHERE run = ? AND last_seq = ?");

  return (name: readonly unknown[], { record, key, fresh }: KeyChange): boolean => {
    const no = quiet.get(...name, record.key, record.whole?.lastSeq) as number | undefined;
    if (no === undefined || fresh === null || countBatches.get(no) !== fresh.batches.length) return false;
    const { chunks = [] } = fresh;
    if (countChunks.get(no) !== chunks.length) return false;
    setRun.run(key, fresh.sealed, no);
    for (const { lastSeq, sealed } of fresh.batches) {
      assert(setBatch.run(sealed, no, lastSeq).changes === 1, "a log only grows");
    }
    for (const { body, chunk, sealed } of chunks) {
      assert(setChunk.run(sealed, no, body, chunk).changes === 1, "a run keeps its bodies");
    }
    return true;
  };
}
