// Whether what came from outside has become of it what it is to.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { SimSessions } from "./sim-sessions.ts";

/** Every event has started its runs, and so has every schedule that was replaced; but those of tenants that left. */
export function isSettled({ incoming, inbox, triggers }: MemoryTables, sessions: SimSessions): boolean {
  return (
    [...inbox.values()].every(({ state, tenant }) => state !== "waiting" || sessions.hasLeft(tenant)) &&
    [...incoming.values()].every(({ settled, row }) => settled || sessions.hasLeft(row.tenant)) &&
    [...triggers.values()].every(({ until, tenant }) => until === null || sessions.hasLeft(tenant))
  );
}
