// Deletes a workflow: its triggers, hooks and grant end with it; what was stored stays.

import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** False when there is none, or it was deleted before. */
export function deleteWorkflow(
  tables: MemoryTables,
  tenant: TenantId,
  name: Uint8Array,
  at: number,
): boolean {
  const mark = `${tenant}/${hex(name)}`;
  const isThere = [...tables.definitions.keys()].some((key) => key.startsWith(`${mark}/`));
  if (!isThere || tables.deleted.has(mark)) return false;
  tables.deleted.set(mark, at);
  const isOwn = (row: { readonly tenant: TenantId; readonly workflow: Uint8Array }) =>
    row.tenant === tenant && hex(row.workflow) === hex(name);
  for (const [key, row] of tables.triggers) if (isOwn(row)) tables.triggers.delete(key);
  for (const [key, row] of tables.hooks) {
    if (isOwn(row) && row.revokedAt === null) tables.hooks.set(key, { ...row, revokedAt: at });
  }
  for (const [key, row] of tables.grants) {
    if (isOwn(row) && row.endedAt === null) {
      tables.grants.set(key, { ...row, live: null, endedAt: at, end: "deleted" });
    }
  }
  return true;
}
