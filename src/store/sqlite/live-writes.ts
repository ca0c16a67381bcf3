// What the engine alone may open: definitions, secrets and events that active runs may need.

import type { Database } from "better-sqlite3";
import type { LiveRecords } from "../../ports/live-records.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { unpackList } from "./byte-list.ts";
import { prepareDeletedTenants } from "./deleted-tenants.ts";
import { prepareDropLive } from "./drop-live.ts";
import type { EpochFence } from "./epoch-fence.ts";
import type { Heads } from "./heads.ts";
import { prepareIsWhole } from "./is-whole.ts";
import { prepareSetLive } from "./set-live.ts";

export interface LiveWrites {
  /** Asked with every new run. */
  hasDefinition(tenant: string, name: Uint8Array, version: number): boolean;
  /** Whether a live definition, or a grant, names what has this keyed hash. */
  isNamed(tenant: string, hash: Uint8Array): boolean;
  /** All that they name, in hexadecimal: for who asks about many at once. */
  named(tenant: string): ReadonlySet<string>;
  /** Whether the engine alone can open whatever is there of what has these keyed hashes. */
  areOpen(tenant: TenantId, names: readonly Uint8Array[]): boolean;
  keep(tenant: TenantId, records: LiveRecords): boolean;
  /** The fence: whether a wrap, if there is one, may be inserted. */
  admits(live: Uint8Array | null): boolean;
  drop(): number;
  /** Whether the definition of the run is live. */
  mayReopen(tenant: string, no: number): boolean;
  /** A run that had ended goes on: the engine alone may open it again. */
  reopen(no: number, live: Uint8Array): void;
}

export function prepareLives(database: Database, heads: Heads, fence: EpochFence): LiveWrites {
  const isLive = database
    .prepare<[string, Uint8Array, number]>(
      "SELECT 1 FROM definition WHERE tenant = ? AND name = ? AND version = ? AND live IS NOT NULL",
    )
    .pluck();
  const keepDefinition = database.prepare(
    "UPDATE definition SET live = ? WHERE tenant = ? AND name = ? AND version = ? AND key = ?",
  );
  const keepSecret = database.prepare(
    "UPDATE secret SET live = ? WHERE tenant = ? AND name = ? AND version = ? AND key = ?",
  );
  const namesOf = database
    .prepare<[{ readonly tenant: string }], Uint8Array>(
      `SELECT names FROM definition INDEXED BY definition_live WHERE tenant = @tenant AND live IS NOT NULL
       UNION ALL SELECT names FROM standing_grant INDEXED BY standing_grant_workflow
         WHERE tenant = @tenant AND ended_at IS NULL`,
    )
    .pluck();
  const mayReopen = database
    .prepare<[string, number]>(
      `SELECT 1 FROM head AS h JOIN run AS r ON r.no = h.no
         JOIN definition AS d ON d.tenant = ? AND d.name = h.workflow AND d.version = r.version
       WHERE h.no = ? AND d.live IS NOT NULL`,
    )
    .pluck();
  const { isWhole, areOpen } = prepareIsWhole(database);
  const isDeleted = prepareDeletedTenants(database);
  const reopen = prepareSetLive(database);

  return {
    hasDefinition: (tenant, name, version) => isLive.get(tenant, name, version) !== undefined,
    isNamed(tenant, hash) {
      return namesOf.all({ tenant }).some((names) => includes(names as Uint8Array, hash));
    },
    named(tenant) {
      return new Set(namesOf.all({ tenant }).flatMap((names) => unpackList(names as Uint8Array).map(hex)));
    },
    areOpen,
    admits: (live) => fence.admits(live),
    keep(tenant, records) {
      const { definitions, secrets } = records;
      if (![...definitions, ...secrets].every(({ live }) => fence.admits(live))) return false;
      if (isDeleted(tenant) || !isWhole(tenant, records)) return true;
      for (const { name, version, key, live } of definitions) {
        keepDefinition.run(live, tenant, name, version, key);
      }
      for (const { name, version, key, live } of secrets) keepSecret.run(live, tenant, name, version, key);
      return true;
    },
    drop: prepareDropLive(database, heads),
    mayReopen: (tenant, no) => mayReopen.get(tenant, no) !== undefined,
    reopen,
  };
}

function includes(names: Uint8Array, hash: Uint8Array): boolean {
  return unpackList(names).some((name) => Buffer.compare(name, hash) === 0);
}
