// Deletes a tenant: what opens anything of it, and what starts or sends anything, is gone at once; the rest follows in pieces.

import type { Database } from "better-sqlite3";
import type { TenantId } from "../../value/id.ts";
import type { Heads } from "./heads.ts";

/** Of these a tenant has few rows, or small ones. */
const goAtOnce = [
  ...["account", "session", "rotation", "hook", "standing_grant"],
  ...["workflow_trigger", "secret", "inbox_count", "inbox_bytes"],
];

/**
 * From now on whatever comes late for the tenant is refused and whoever asks finds nothing, also of what is still to be removed
 * (`leaving-tenants.ts`). Its number stays, so that no other tenant is ever given it.
 */
export function prepareDropTenant(database: Database, heads: Heads): (tenant: TenantId) => void {
  const mark = database.prepare<[TenantId]>("INSERT OR IGNORE INTO deleted_tenant (id) VALUES (?)");
  const number = database.prepare<[TenantId]>("INSERT OR IGNORE INTO tenant (id) VALUES (?)");
  const leave = database.prepare<[TenantId]>(
    "INSERT OR IGNORE INTO leaving_tenant (no) SELECT no FROM tenant WHERE id = ?",
  );
  const close = database.prepare<[TenantId]>(
    "UPDATE definition INDEXED BY definition_live SET live = NULL WHERE tenant = ? AND live IS NOT NULL",
  );
  const remove = goAtOnce.map((table) =>
    database.prepare<[TenantId]>(`DELETE FROM ${table} WHERE tenant = ?`),
  );

  return (tenant) => {
    for (const statement of [mark, number, leave, close, ...remove]) statement.run(tenant);
    heads.forgetAll();
  };
}
