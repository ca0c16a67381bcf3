// Whether a key may be inserted: not one that was wrapped for a generation of the tenant's key that has been replaced.

import type { Database } from "better-sqlite3";
import { unpackList } from "./byte-list.ts";

export type KeyFence = (tenant: string, key: Uint8Array) => boolean;

export function prepareKeyFence(database: Database): KeyFence {
  const marksOf = database
    .prepare<[string], Uint8Array>("SELECT marks FROM rotation WHERE tenant = ?")
    .pluck();
  return (tenant, key) => {
    const marks = marksOf.get(tenant) as Uint8Array | undefined;
    // What was deleted has no key.
    if (marks === undefined || key.length === 0) return true;
    return unpackList(marks).some((mark) => Buffer.compare(mark, key.subarray(0, mark.length)) === 0);
  };
}
