// The hooks and grants on the simulated disk when a world is over, beside what was heard of them.

import type { MemoryTables } from "../store/memory/memory-tables.ts";
import type { DurableGrant, GrantsSeen } from "./grants-seen.ts";
import { simOpened } from "./ports/sim-vault.ts";
import type { WorldRecord } from "./world-record.ts";

export function readGrants(tables: MemoryTables, record: WorldRecord): GrantsSeen {
  const grants = [...tables.grants.values()].map(({ tenant, id, version, sealed, end }) => {
    const body = JSON.parse(simOpened(sealed)) as Omit<DurableGrant, "tenant" | "grant" | "end">;
    return { ...body, tenant, grant: id, version, end };
  });
  const hooks = [...tables.hooks.values()].map(({ tenant, id, revokedAt }) => {
    return { tenant, hook: id, revoked: revokedAt !== null };
  });
  const deliveries = [...tables.deliveries.values()].map(({ tenant, id, hook, run, item }) => {
    return { tenant, delivery: id, hook, run, item };
  });
  return {
    hooked: record.hooked,
    hooksMade: record.hooks,
    grantsMade: record.grants,
    verifyAsked: record.verifyAsked,
    hooks,
    deliveries,
    grants,
    waited: record.itemsPut,
  };
}
