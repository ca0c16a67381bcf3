// What the engine calls a run by in memory: the id of its tenant and its own.

import type { RunId, TenantId } from "../value/id.ts";

export function runPlace(tenant: TenantId, run: RunId): string {
  return `${tenant}/${run}`;
}
