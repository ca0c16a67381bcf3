// What the engine's key wrapped, table by table: found by the id of the epoch's key, replaced, and dropped.

import type { Database } from "better-sqlite3";
import type { EngineWrap, WrapReplacement } from "../../ports/epoch-store.ts";
import type { Place } from "../../ports/vault.ts";
import type { TenantId } from "../../value/id.ts";
import { keyPlace } from "../key-place.ts";
import { isNotLeaving } from "./deleted-tenants.ts";
import { runIdBytes, runIdOf } from "./run-id-bytes.ts";

interface WrapTable {
  readonly table: Place["table"];
  /** `live`, and whose it is: `tenant`, `row` and `version`; of rows whose `live` is not null. */
  readonly columns: string;
  readonly from: string;
  /** The row of `@tenant`, `@row` and `@version`. */
  readonly update: string;
  readonly rowText: (row: Uint8Array | string) => string;
  readonly rowValue: (row: string) => Uint8Array | string;
}

const hashed = {
  rowText: (row: Uint8Array | string) => Buffer.from(row as Uint8Array).toString("hex"),
  rowValue: (row: string) => Buffer.from(row, "hex"),
};

/** What is still to be closed of a tenant that was deleted holds up no epoch. */
const isNotDeleted = "NOT EXISTS (SELECT 1 FROM deleted_tenant WHERE id = tenant)";

/** A further table whose rows the engine alone may open is an entry here. */
const wrapTables: readonly WrapTable[] = [
  {
    table: "run",
    columns: "t.id AS tenant, r.id AS row, 0 AS version, h.live AS live",
    from: `head AS h INDEXED BY head_live CROSS JOIN run AS r ON r.no = h.no
      CROSS JOIN tenant AS t ON t.no = h.tenant
      WHERE h.live IS NOT NULL AND ${isNotLeaving("h.tenant")} AND substr(h.live, 2, 8)`,
    update: `head SET live = @by WHERE no = (SELECT r.no FROM tenant AS t JOIN run AS r ON r.tenant = t.no
      WHERE t.id = @tenant AND r.id = @row)`,
    rowText: (row) => runIdOf(row as Uint8Array),
    rowValue: (row) => runIdBytes(row),
  },
  {
    table: "definition",
    columns: "tenant, name AS row, version, live",
    from: `definition INDEXED BY definition_live WHERE live IS NOT NULL AND ${isNotDeleted} AND substr(live, 2, 8)`,
    update: "definition SET live = @by WHERE tenant = @tenant AND name = @row AND version = @version",
    ...hashed,
  },
  {
    table: "secret",
    columns: "tenant, name AS row, version, live",
    from: `secret INDEXED BY secret_live WHERE live IS NOT NULL AND ${isNotDeleted} AND substr(live, 2, 8)`,
    update: "secret SET live = @by WHERE tenant = @tenant AND name = @row AND version = @version",
    ...hashed,
  },
  {
    table: "incoming",
    columns: "t.id AS tenant, i.id AS row, 0 AS version, i.live AS live",
    from: `incoming AS i INDEXED BY incoming_live CROSS JOIN tenant AS t ON t.no = i.tenant
      WHERE i.live IS NOT NULL AND ${isNotLeaving("i.tenant")} AND substr(i.live, 2, 8)`,
    update: `incoming SET live = @by
      WHERE tenant = (SELECT no FROM tenant WHERE id = @tenant) AND id = @row`,
    ...hashed,
  },
  {
    table: "grant",
    columns: "tenant, id AS row, 0 AS version, live",
    from: "standing_grant WHERE live IS NOT NULL AND substr(live, 2, 8)",
    update: "standing_grant SET live = @by WHERE tenant = @tenant AND id = @row",
    rowText: (row) => row as string,
    rowValue: (row) => row,
  },
];

interface SqlWrap {
  readonly tenant: TenantId;
  readonly row: Uint8Array | string;
  readonly version: number;
  readonly live: Uint8Array;
}

export type FindWraps = (keyId: Uint8Array, limit: number) => readonly EngineWrap[];

export function prepareFindWraps(database: Database): FindWraps {
  const finds = wrapTables.map(({ table, columns, from, rowText }) => {
    const find = database.prepare<[Uint8Array, number], SqlWrap>(
      `SELECT ${columns} FROM ${from} = ? LIMIT ?`,
    );
    return (keyId: Uint8Array, limit: number) =>
      find.all(keyId, limit).map(({ tenant, row, version, live }): EngineWrap => {
        return { place: keyPlace(tenant, table, rowText(row), version), wrapped: new Uint8Array(live) };
      });
  });
  return (keyId, limit) => {
    const found: EngineWrap[] = [];
    for (const find of finds) if (found.length < limit) found.push(...find(keyId, limit - found.length));
    return found;
  };
}

export interface WrapCount {
  readonly table: Place["table"];
  readonly count: number;
}

/** How many wraps of each kind there are, under any key. */
export function countWraps(database: Database): readonly WrapCount[] {
  return wrapTables.map(({ table, from }) => {
    const count = database.prepare<[], number>(`SELECT count(*) FROM ${from} IS NOT NULL`).pluck().get();
    return { table, count: count ?? 0 };
  });
}

/** Replaces one that is still as it was. */
export function prepareReplaceWrap(database: Database): (replacement: WrapReplacement) => void {
  const updates = new Map(
    wrapTables.map(({ table, update, rowValue }) => {
      const statement = database.prepare(`UPDATE ${update} AND live = @wrapped`);
      return [table, { statement, rowValue }];
    }),
  );
  return ({ place, wrapped, by }) => {
    const { tenant, table, row, version } = place;
    const known = updates.get(table);
    known?.statement.run({ tenant, row: known.rowValue(row), version, wrapped, by });
  };
}
