// Reads of data keys: page by page through all tables that keep some, and the state of a tenant's rotation.

import type { Database, Statement } from "better-sqlite3";
import { type KeptRecord, keyMarkBytes, type RotationRow, type WholeRecord } from "../../ports/key-store.ts";
import type { Page } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { unpackList } from "./byte-list.ts";
import { prepareOwner } from "./deleted-tenants.ts";
import { prepareKeyCount } from "./key-count.ts";
import { type KeyTable, keyTables } from "./key-tables.ts";
import { runIdBytes, runIdOf } from "./run-id-bytes.ts";

interface SqlKey {
  readonly id: Uint8Array | string | number;
  readonly version: number;
  readonly place: number;
  readonly key: Uint8Array;
  readonly origin: Uint8Array | null;
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array | string;
  readonly root: Uint8Array | null;
  readonly last_seq: number | null;
  readonly quiet: number;
  readonly other: number;
}

interface SqlRotation {
  readonly from_generation: number;
  readonly to_generation: number;
  readonly deep: number;
  readonly marks: Uint8Array;
  readonly previous: Uint8Array | null;
  readonly cursor: string | null;
  readonly records: number;
  readonly done: number;
  readonly started_at: number;
  readonly ended_at: number | null;
}

export type Values = (string | number | Uint8Array)[];

interface TableReads {
  readonly table: KeyTable;
  readonly page: Statement<Values, SqlKey>;
  readonly wholePage: Statement<Values, SqlKey>;
  readonly sealed: Statement<Values, SqlKey>;
  readonly count: ReturnType<typeof prepareKeyCount>;
}

export class KeyReads {
  readonly #tables: readonly TableReads[];
  readonly #rotation: Statement<[TenantId], SqlRotation>;
  readonly #tenantNo: Statement<[TenantId], number>;
  readonly #ownerOf: (tenant: TenantId) => TenantId;

  constructor(database: Database) {
    this.#ownerOf = prepareOwner(database);
    this.#tables = keyTables.map((table) => prepareReads(database, table));
    this.#rotation = database.prepare("SELECT * FROM rotation WHERE tenant = ?");
    this.#tenantNo = database.prepare<[TenantId], number>("SELECT no FROM tenant WHERE id = ?").pluck();
  }

  list(tenant: TenantId, cursor: string | null, limit: number, whole: boolean): Page<KeptRecord> {
    const start = cursor === null ? null : decodeCursor(cursor, 4);
    const rows: { readonly record: KeptRecord; readonly isOther: boolean }[] = [];
    for (const [at, { table, page, wholePage }] of this.#tables.entries()) {
      const from = start === null ? 0 : Number(start[0]);
      if (at < from) continue;
      const after = at === from && start !== null ? start.slice(1) : null;
      const wanted = limit + 1 - rows.length;
      const found = (whole ? wholePage : page).all(
        this.#owner(table, tenant),
        ...orderValues(table, after),
        wanted,
      );
      for (const row of found) {
        rows.push({ record: recordOf(table, row, whole), isOther: row.other === 1 });
      }
      if (rows.length > limit) break;
    }
    const looked = rows.slice(0, limit);
    const last = looked.at(-1);
    return {
      rows: looked.filter(({ isOther }) => !isOther).map(({ record }) => record),
      next: rows.length > limit && last !== undefined ? cursorAt(last.record) : null,
    };
  }

  sealed(tenant: TenantId, limit: number): readonly KeptRecord[] {
    const rows: KeptRecord[] = [];
    for (const { table, sealed } of this.#tables) {
      const found = sealed.all(this.#owner(table, tenant), limit).filter(({ other }) => other === 0);
      rows.push(...found.map((row) => recordOf(table, row, false)));
      if (rows.length >= limit) break;
    }
    return rows.slice(0, limit);
  }

  /** How many records there are, piece by piece: each is counted within milliseconds. */
  *countPieces(tenant: TenantId): Generator<number, void> {
    for (const { table, count } of this.#tables) {
      // Children are counted among the runs.
      if (table.kind !== "child") yield* count(this.#owner(table, tenant), orderValues(table, null));
    }
  }

  rotation(tenant: TenantId): RotationRow | null {
    const row = this.#rotation.get(tenant);
    if (row === undefined) return null;
    return {
      tenant,
      from: row.from_generation,
      to: row.to_generation,
      deep: row.deep === 1,
      marks: unpackList(row.marks),
      previous: row.previous,
      cursor: row.cursor,
      records: row.records,
      done: row.done,
      startedAt: row.started_at,
      endedAt: row.ended_at,
    };
  }

  #owner(table: KeyTable, tenant: TenantId): string | number {
    const own = this.#ownerOf(tenant);
    return table.tenant === "id" ? own : ((this.#tenantNo.get(own) as number | undefined) ?? 0);
  }
}

function prepareReads(database: Database, table: KeyTable): TableReads {
  const { id, version, place, key, keyAt, where, order, origin, isOther, via } = table;
  const name = `t.${id} AS id, ${version ?? 0} AS version, ${place ?? 0} AS place, t.${key} AS key,
    ${origin} AS origin, ${isOther} AS other`;
  const isRun = table.table === "run";
  const whole = isRun
    ? `${table.live} AS live, t.card AS sealed, t.root AS root, h.last_seq AS last_seq,
       h.ended_at IS NOT NULL AND h.owner = 0 AND h.due_at IS NULL AND h.live IS NULL AS quiet`
    : `${table.live} AS live, ${table.sealed} AS sealed, NULL AS root, 0 AS last_seq, ${table.kind === "audit" ? 0 : 1} AS quiet`;
  const nothing = "NULL AS live, '' AS sealed, NULL AS root, 0 AS last_seq, 0 AS quiet";
  const from = `FROM ${table.table} AS t`;
  const joined = isRun ? `${from} ${via} CROSS JOIN head AS h ON h.no = t.no` : from;
  const columns = order.map((column) => `t.${column}`).join(", ");
  const after = `(${columns}) > (${order.map(() => "?").join(", ")})`;
  const page = `WHERE t.tenant = ? AND ${after} AND ${where} ORDER BY ${columns} LIMIT ?`;
  return {
    table,
    page: database.prepare(`SELECT ${name}, ${nothing} ${from} ${via} ${page}`),
    wholePage: database.prepare(`SELECT ${name}, ${whole} ${joined} ${page}`),
    sealed: database.prepare(
      `SELECT ${name}, ${nothing} ${from}
       WHERE t.tenant = ? AND substr(t.${key}, ${keyAt}, 1) = x'03' AND length(t.${key}) > ${keyMarkBytes} AND ${where} LIMIT ?`,
    ),
    count: prepareKeyCount(database, table),
  };
}

/** What the columns of `order` must be above. @param after identity, version, place; null for the first page */
function orderValues(table: KeyTable, after: readonly string[] | null): Values {
  const { order, id, version, place } = table;
  return order.map((column) => {
    if (column === id) return after === null ? beforeAll(table) : identityOf(table, after[0] ?? "");
    if (after === null) return -1;
    return Number(column === version ? after[1] : column === place ? after[2] : 0);
  });
}

function cursorAt({ kind, row, version, place }: KeptRecord): string {
  const at = keyTables.findIndex((table) => table.kind === kind);
  return encodeCursor([String(at), row, String(version), String(place)]);
}

function recordOf({ kind, idType }: KeyTable, row: SqlKey, whole: boolean): KeptRecord {
  const { id, version, place, key, origin } = row;
  const text = typeof id === "object" ? (idType === "run" ? runIdOf(id) : hexOf(id)) : String(id);
  return { kind, row: text, version, place, origin, key, whole: whole ? wholeOf(row) : null };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function wholeOf({ live, sealed, root, last_seq, quiet }: SqlKey): WholeRecord {
  return {
    live,
    sealed: typeof sealed === "string" ? new Uint8Array(0) : sealed,
    root: root === null ? null : runIdOf(root),
    lastSeq: last_seq ?? 0,
    quiet: quiet === 1,
  };
}

/** A record's identity as its column holds it. */
export function identityOf({ idType }: KeyTable, row: string): Buffer | string | number {
  switch (idType) {
    case "run":
      return runIdBytes(row);
    case "hash":
      return Buffer.from(row, "hex");
    case "text":
      return row;
    case "number":
      return Number(row);
  }
}

/** Less than every identity. */
function beforeAll({ idType }: KeyTable): Buffer | string | number {
  return idType === "text" ? "" : idType === "number" ? 0 : Buffer.alloc(0);
}
