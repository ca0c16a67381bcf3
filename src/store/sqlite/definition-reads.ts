// Reads of definitions: one, the highest version of each workflow, all versions of one, and when it was deleted.

import type { Database } from "better-sqlite3";
import type { DefinitionRow, Page } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, pageOf } from "../cursor.ts";
import { hex } from "../hex.ts";
import { prepareOwner } from "./deleted-tenants.ts";
import { definitionOf, type SqlDefinition } from "./rows.ts";

export class DefinitionReads {
  readonly #statements;
  readonly #owner: (tenant: TenantId) => TenantId;

  constructor(database: Database) {
    this.#statements = prepareStatements(database);
    this.#owner = prepareOwner(database);
  }

  one(tenant: TenantId, name: Uint8Array, version: number | null): DefinitionRow | null {
    const { one, highest } = this.#statements;
    const own = this.#owner(tenant);
    const row = version === null ? highest.get(own, name) : one.get(own, name, version);
    return row === undefined ? null : definitionOf(row);
  }

  newest(tenant: TenantId, cursor: string | null, limit: number): Page<DefinitionRow> {
    const after = cursor === null ? "" : (decodeCursor(cursor, 1)[0] as string);
    const rows = this.#statements.newest.all(this.#owner(tenant), Buffer.from(after, "hex"), limit + 1);
    return pageOf(rows.map(definitionOf), limit, (row) => [hex(row.name)]);
  }

  deletion(tenant: TenantId, name: Uint8Array): number | null {
    return (this.#statements.deletion.get(this.#owner(tenant), name) as number | undefined) ?? null;
  }

  versions(tenant: TenantId, name: Uint8Array, cursor: string | null, limit: number): Page<DefinitionRow> {
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(cursor, 1)[0]);
    const rows = this.#statements.versions.all(this.#owner(tenant), name, before, limit + 1);
    return pageOf(rows.map(definitionOf), limit, (row) => [String(row.version)]);
  }
}

function prepareStatements(database: Database) {
  type Name = [TenantId, Uint8Array];
  return {
    one: database.prepare<[...Name, number], SqlDefinition>(
      "SELECT * FROM definition WHERE tenant = ? AND name = ? AND version = ?",
    ),
    highest: database.prepare<Name, SqlDefinition>(
      "SELECT * FROM definition WHERE tenant = ? AND name = ? ORDER BY version DESC LIMIT 1",
    ),
    deletion: database
      .prepare<Name, number>("SELECT deleted_at FROM deleted_workflow WHERE tenant = ? AND name = ?")
      .pluck(),
    newest: database.prepare<[...Name, number], SqlDefinition>(
      // From name to name: a workflow may have many versions.
      `WITH RECURSIVE named (tenant, name) AS (
           SELECT tenant, min(name) FROM definition WHERE tenant = ? AND name > ?
         UNION ALL SELECT n.tenant, (SELECT min(name) FROM definition WHERE tenant = n.tenant AND name > n.name)
           FROM named AS n WHERE n.name IS NOT NULL)
       SELECT d.* FROM named AS n CROSS JOIN definition AS d ON d.tenant = n.tenant AND d.name = n.name
       WHERE version = (SELECT max(version) FROM definition WHERE tenant = n.tenant AND name = n.name)
         AND NOT EXISTS (SELECT 1 FROM deleted_workflow AS gone WHERE gone.tenant = n.tenant AND gone.name = n.name)
       LIMIT ?`,
    ),
    versions: database.prepare<[...Name, number, number], SqlDefinition>(
      "SELECT * FROM definition WHERE tenant = ? AND name = ? AND version < ? ORDER BY version DESC LIMIT ?",
    ),
  };
}
