// Deletes a tenant: what lets anybody in, starts or sends anything is gone at once, and what opens anything of it; the rest follows in pieces.

import type { Database } from "better-sqlite3";
import type { TenantId } from "../../value/id.ts";
import { type CloseTenant, prepareCloseTenant } from "./close-tenant.ts";
import type { Heads } from "./heads.ts";
import { workMax } from "./within-work.ts";

/** Of these a tenant has few rows, or small ones. */
const goAtOnce = [
  ...["account", "session", "rotation", "hook", "standing_grant"],
  ...["workflow_trigger", "inbox_count", "inbox_bytes"],
];

/**
 * From now on whatever comes late for the tenant is refused and whoever asks finds nothing, also of what is still to be removed
 * (`leaving-tenants.ts`). Its number stays, so that no other tenant is ever given it. What the engine alone can open is closed
 * as far as one write may go: that is all of some thousand runs, events and secrets.
 */
export function prepareDropTenant(database: Database, heads: Heads): (tenant: TenantId) => void {
  const mark = database.prepare<[TenantId]>("INSERT OR IGNORE INTO deleted_tenant (id) VALUES (?)");
  const number = database.prepare<[TenantId]>("INSERT OR IGNORE INTO tenant (id) VALUES (?)");
  const leave = database.prepare<[TenantId]>(
    "INSERT OR IGNORE INTO leaving_tenant (no) SELECT no FROM tenant WHERE id = ?",
  );
  const numberOf = database.prepare<[TenantId], number>("SELECT no FROM tenant WHERE id = ?").pluck();
  const close: CloseTenant = prepareCloseTenant(database);
  const remove = goAtOnce.map((table) =>
    database.prepare<[TenantId]>(`DELETE FROM ${table} WHERE tenant = ?`),
  );

  return (tenant) => {
    for (const statement of [mark, number, leave, ...remove]) statement.run(tenant);
    close({ no: numberOf.get(tenant) as number, id: tenant }, workMax);
    heads.forgetAll();
  };
}
