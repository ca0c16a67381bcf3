// Whether all that definitions or a grant name is open to the engine alone, or becomes so together with them.

import type { Database } from "better-sqlite3";
import type { LiveRecords } from "../../ports/live-records.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { unpackList } from "./byte-list.ts";

interface SqlNamed {
  readonly version: number;
  readonly key: Uint8Array;
  readonly closed: 0 | 1;
}

interface Wholeness {
  isWhole(tenant: TenantId, records: LiveRecords): boolean;
  /** By their keyed hashes; what is not there counts as open. */
  areOpen(tenant: TenantId, names: readonly Uint8Array[]): boolean;
}

export function prepareIsWhole(database: Database): Wholeness {
  const namesOf = database
    .prepare<[string, Uint8Array, number], Uint8Array>(
      "SELECT names FROM definition WHERE tenant = ? AND name = ? AND version = ?",
    )
    .pluck();
  const secret = database.prepare<[string, Uint8Array], SqlNamed>(
    // One that was deleted has no value that could be opened.
    "SELECT version, key, live IS NULL AND length(sealed) > 0 AS closed FROM secret WHERE tenant = ? AND name = ?",
  );
  const highest = database.prepare<[string, Uint8Array], SqlNamed>(
    `SELECT version, key, live IS NULL AS closed FROM definition WHERE tenant = ? AND name = ?
     ORDER BY version DESC LIMIT 1`,
  );

  const areOpenWith = (tenant: TenantId, names: readonly Uint8Array[], opened: Opened) => {
    const staysClosed = (row: SqlNamed | undefined, name: Uint8Array) =>
      row?.closed === 1 && opened.get(placeOf(name, row.version)) !== hex(row.key);
    return names.every(
      (one) => !staysClosed(secret.get(tenant, one), one) && !staysClosed(highest.get(tenant, one), one),
    );
  };

  return {
    isWhole(tenant, { definitions, secrets }) {
      const opened = new Map(
        [...definitions, ...secrets].map(({ name, version, key }) => [placeOf(name, version), hex(key)]),
      );
      return definitions.every(({ name, version }) => {
        const names = namesOf.get(tenant, name, version) as Uint8Array | undefined;
        return names === undefined || areOpenWith(tenant, unpackList(names), opened);
      });
    },
    areOpen: (tenant, names) => areOpenWith(tenant, names, nothing),
  };
}

/** The key, as it was seen, of each record that is to be opened: one whose key was replaced stays closed. */
type Opened = ReadonlyMap<string, string>;
const nothing: Opened = new Map();

function placeOf(name: Uint8Array, version: number): string {
  return `${hex(name)}/${version}`;
}
