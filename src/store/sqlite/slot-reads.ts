// Reads of the places among the runs of one key.

import type { Database } from "better-sqlite3";
import type { SlotLine } from "../../ports/slot-line.ts";
import { runIdOf } from "./run-id-bytes.ts";

export type ReadSlot = (tenant: number, key: Uint8Array, limit: number) => SlotLine;

export function prepareReadSlot(database: Database): ReadSlot {
  const runs = database
    .prepare<[number, Uint8Array, number, number], Uint8Array>(
      `SELECT r.id FROM slot AS s CROSS JOIN run AS r ON r.no = s.run
       WHERE s.tenant = ? AND s.key = ? AND s.holds = ? ORDER BY s.no LIMIT ?`,
    )
    .pluck();
  const countHolders = database
    .prepare<[number, Uint8Array], number>(
      "SELECT count(*) FROM slot WHERE tenant = ? AND key = ? AND holds = 1",
    )
    .pluck();
  const those = (tenant: number, key: Uint8Array, holds: 0 | 1, limit: number) =>
    runs.all(tenant, key, holds, limit).map(runIdOf);
  return database.transaction((tenant: number, key: Uint8Array, limit: number): SlotLine => {
    const holders = those(tenant, key, 1, limit);
    return {
      holders,
      waiters: those(tenant, key, 0, limit),
      held: holders.length < limit ? holders.length : (countHolders.get(tenant, key) as number),
    };
  });
}
