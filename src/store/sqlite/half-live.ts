// Live definitions of which something that they name is not: those that a writer left behind that died.

import type { Database } from "better-sqlite3";
import type { DefinitionRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { prepareIsWhole } from "./is-whole.ts";
import { definitionOf, type SqlDefinition } from "./rows.ts";

type HalfLive = (tenant: TenantId, limit: number) => readonly DefinitionRow[];

export function prepareHalfLive(database: Database): HalfLive {
  const { isWhole } = prepareIsWhole(database);
  const live = database.prepare<[string], SqlDefinition>(
    "SELECT * FROM definition WHERE tenant = ? AND live IS NOT NULL",
  );
  return (tenant, limit) => {
    const found: DefinitionRow[] = [];
    for (const row of live.all(tenant).map(definitionOf)) {
      const { name, version, key, live: wrap } = row;
      if (wrap === null || found.length === limit) continue;
      const records = { definitions: [{ name, version, key, live: wrap }], secrets: [] };
      if (!isWhole(tenant, records)) found.push(row);
    }
    return found;
  };
}
