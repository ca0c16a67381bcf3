// Forgets a tenant: every row of every table that names it.

import type { Database } from "better-sqlite3";
import type { TenantId } from "../../value/id.ts";
import type { Heads } from "./heads.ts";

/**
 * Tables name a tenant in their column `tenant`, by its id or by its number; so a table that comes later is not missed. The
 * number stays, so that no other tenant is ever given it, and so does the id in a table of its own: what comes late is refused.
 */
export function prepareDropTenant(database: Database, heads: Heads): (tenant: TenantId) => void {
  const columns = database
    .prepare<[], { readonly name: string; readonly type: string }>(
      `SELECT t.name AS name, c.type AS type FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
       WHERE t.type = 'table' AND c.name = 'tenant'`,
    )
    .all();
  const ofType = (type: string) =>
    columns
      .filter((column) => column.type === type)
      .map(({ name }) => database.prepare<[string | number]>(`DELETE FROM ${name} WHERE tenant = ?`));
  const [byId, byNumber] = [ofType("TEXT"), ofType("INTEGER")];
  const mark = database.prepare<[TenantId]>("INSERT OR IGNORE INTO deleted_tenant (id) VALUES (?)");
  const numberOf = database.prepare<[TenantId], number>("SELECT no FROM tenant WHERE id = ?").pluck();
  const ofRuns = ["event", "chunk"].map((table) =>
    database.prepare<[number]>(`DELETE FROM ${table} WHERE run IN (SELECT no FROM run WHERE tenant = ?)`),
  );

  return (tenant) => {
    mark.run(tenant);
    for (const statement of byId) statement.run(tenant);
    const number = numberOf.get(tenant);
    if (number === undefined) return;
    for (const statement of ofRuns) statement.run(number);
    for (const statement of byNumber) statement.run(number);
    heads.forgetAll();
  };
}
