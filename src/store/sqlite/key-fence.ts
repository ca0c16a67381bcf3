// Whether a key may be inserted: not one that was wrapped for a generation of the tenant's key that has been replaced, and none of
// a tenant that was deleted.

import type { Database } from "better-sqlite3";
import { unpackList } from "./byte-list.ts";
import { prepareDeletedTenants } from "./deleted-tenants.ts";

export type KeyFence = (tenant: string, key: Uint8Array) => boolean;

export function prepareKeyFence(database: Database): KeyFence {
  const marksOf = database
    .prepare<[string], Uint8Array>("SELECT marks FROM rotation WHERE tenant = ?")
    .pluck();
  const isDeleted = prepareDeletedTenants(database);
  return (tenant, key) => {
    if (isDeleted(tenant)) return false;
    const marks = marksOf.get(tenant) as Uint8Array | undefined;
    // What was deleted has no key.
    if (marks === undefined || key.length === 0) return true;
    return unpackList(marks).some((mark) => Buffer.compare(mark, key.subarray(0, mark.length)) === 0);
  };
}
