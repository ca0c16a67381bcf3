// Everything that is sealed in a database, read by hand: what thieves try to open, and what nobody may alter.

import Sqlite, { type Database } from "better-sqlite3";
import type { KeptKey, Place } from "../../src/ports/vault.ts";
import { runIdOf } from "../../src/store/sqlite/run-id-bytes.ts";
import type { TenantId } from "../../src/value/id.ts";

export interface SealedValue {
  readonly place: Place;
  readonly sealed: Uint8Array;
}

/** A data key with the values that it seals. */
export interface SealedRecord {
  readonly keyPlace: Place;
  readonly kept: KeptKey;
  /** Of a child, the run at the top. */
  readonly root: string | null;
  readonly values: readonly SealedValue[];
}

interface Row {
  readonly tenant: TenantId;
  readonly row: Uint8Array | string;
  readonly version: number;
  readonly key: Uint8Array;
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly place?: number;
  readonly root?: Uint8Array | null;
  readonly no?: number;
}

type Table = Place["table"];

/** `row` is what the table binds its values to, `version` too where it has one. */
const queries: Readonly<Partial<Record<Table, string>>> = {
  definition: "SELECT tenant, name AS row, version, key, live, sealed FROM definition",
  secret: "SELECT tenant, name AS row, version, key, live, sealed FROM secret WHERE length(key) > 0",
  incoming: `SELECT t.id AS tenant, i.id AS row, 0 AS version, key, live, sealed
    FROM incoming AS i JOIN tenant AS t ON t.no = i.tenant`,
  inbox: "SELECT tenant, id AS row, 0 AS version, key, NULL AS live, sealed FROM inbox WHERE event IS NULL",
  hook: "SELECT tenant, id AS row, 0 AS version, key, NULL AS live, sealed FROM hook",
  delivery: "SELECT tenant, id AS row, 0 AS version, key, NULL AS live, sealed FROM delivery",
  grant: "SELECT tenant, id AS row, 0 AS version, key, live, sealed FROM standing_grant",
  audit: `SELECT tenant, json_extract(body, '$.id') AS row, 0 AS version, key, NULL AS live, sealed
    FROM (SELECT tenant, CAST(body AS TEXT) AS body, key, sealed FROM audit WHERE sealed IS NOT NULL)`,
};

export function sealedRecords(file: string): readonly SealedRecord[] {
  const database = new Sqlite(file);
  try {
    const simple = Object.entries(queries).flatMap(([table, sql]) =>
      rowsOf(database, sql).map((row) => recordOf(table as Table, row, "key", "sealed")),
    );
    return [...simple, ...triggers(database), ...runs(database)];
  } finally {
    database.close();
  }
}

function rowsOf(database: Database, sql: string): readonly Row[] {
  return database.prepare<[], Row>(sql).all();
}

function recordOf(table: Table, row: Row, keyColumn: string, column: string): SealedRecord {
  const text = typeof row.row === "string" ? row.row : Buffer.from(row.row).toString("hex");
  const place: Place = { tenant: row.tenant, table, column, row: text, version: row.version };
  return {
    keyPlace: { ...place, column: keyColumn },
    kept: { key: row.key, live: row.live },
    root: null,
    values: [{ place, sealed: row.sealed }],
  };
}

/** Key and value stand in one column, the key behind its length. */
function triggers(database: Database): readonly SealedRecord[] {
  const sql = "SELECT tenant, workflow AS row, version, place, sealed AS key, sealed FROM workflow_trigger";
  return rowsOf(database, sql).map((row) => {
    const joined = Buffer.from(row.sealed);
    const end = 2 + joined.readUInt16BE(0);
    const parted = { ...row, live: null, key: joined.subarray(2, end), sealed: joined.subarray(end) };
    return recordOf("trigger", parted, `key/${row.place}`, `sealed/${row.place}`);
  });
}

function runs(database: Database): readonly SealedRecord[] {
  const found = rowsOf(
    database,
    `SELECT t.id AS tenant, r.no AS no, r.id AS row, 0 AS version, r.key AS key, h.live AS live, r.card AS sealed, r.root AS root
      FROM run AS r JOIN head AS h ON h.no = r.no JOIN tenant AS t ON t.no = r.tenant`,
  );
  const events = database.prepare<[number], { readonly version: number; readonly sealed: Uint8Array }>(
    "SELECT first_seq AS version, sealed FROM event WHERE run = ? ORDER BY first_seq",
  );
  return found.map((row) => {
    const id = runIdOf(row.row as Uint8Array);
    const card = recordOf("run", { ...row, row: id }, "key", "card");
    const place: Place = { tenant: row.tenant, table: "event", column: "sealed", row: id, version: 0 };
    const log = events
      .all(row.no ?? 0)
      .map(({ version, sealed }) => ({ place: { ...place, version }, sealed }));
    const root = row.root == null ? null : runIdOf(row.root);
    // A small first batch is the card as well.
    const values = row.sealed.length === 0 ? log : [...card.values, ...log];
    return { ...card, root, values };
  });
}
