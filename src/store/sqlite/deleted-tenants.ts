// Whether a tenant was deleted: what comes late for such a one is refused.

import type { Database } from "better-sqlite3";

export function prepareDeletedTenants(database: Database): (tenant: string) => boolean {
  const find = database.prepare<[string]>("SELECT 1 FROM deleted_tenant WHERE id = ?").pluck();
  return (tenant) => find.get(tenant) !== undefined;
}
