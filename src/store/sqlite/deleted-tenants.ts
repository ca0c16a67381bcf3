// Whether a tenant was deleted: what comes late for such a one is refused, and of what is still to be removed nothing is shown.

import type { Database } from "better-sqlite3";
import type { TenantId } from "../../value/id.ts";

export function prepareDeletedTenants(database: Database): (tenant: string) => boolean {
  const find = database.prepare<[string]>("SELECT 1 FROM deleted_tenant WHERE id = ?").pluck();
  return (tenant) => find.get(tenant) !== undefined;
}

/** Whose records a tenant is shown: his own, and nobody's when he was deleted. */
export function prepareOwner(database: Database): (tenant: TenantId) => TenantId {
  const isDeleted = prepareDeletedTenants(database);
  return (tenant) => (isDeleted(tenant) ? ("" as TenantId) : tenant);
}

/** SQL of whether rows of the tenant with this number may be shown to those who look at all tenants. */
export function isNotLeaving(tenant: string): string {
  return `NOT EXISTS (SELECT 1 FROM leaving_tenant WHERE no = ${tenant})`;
}
