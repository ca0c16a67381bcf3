// Writes of definitions and secrets.

import type { Database } from "better-sqlite3";
import type { DefinitionRow, SecretRow, TriggerRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import type { TriggerWrites } from "./trigger-writes.ts";

export interface RecordWrites {
  putDefinition(row: DefinitionRow, triggers: readonly TriggerRow[]): "created" | "same" | "conflict";
  putSecret(row: SecretRow): boolean;
  deleteSecret(tenant: TenantId, name: Uint8Array): boolean;
}

export function prepareRecords(database: Database, triggers: TriggerWrites): RecordWrites {
  const insertDefinition = database.prepare(
    `INSERT OR IGNORE INTO definition (tenant, name, version, content, key, sealed, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const contentOf = database
    .prepare<[string, Uint8Array, number]>(
      "SELECT content FROM definition WHERE tenant = ? AND name = ? AND version = ?",
    )
    .pluck();
  const insertSecret = database.prepare(
    `INSERT OR IGNORE INTO secret (tenant, name, version, key, sealed, updated_at) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const updateSecret = database.prepare(
    `UPDATE secret SET version = ?, key = ?, sealed = ?, updated_at = ?
     WHERE tenant = ? AND name = ? AND version = ?`,
  );
  const deleteSecret = database.prepare("DELETE FROM secret WHERE tenant = ? AND name = ?");

  return {
    putDefinition(row, own) {
      const { tenant, name, version, content, key, sealed, createdAt } = row;
      const inserted = insertDefinition.run(tenant, name, version, content, key, sealed, createdAt);
      if (inserted.changes === 1) {
        triggers.replace(row, own);
        return "created";
      }
      const stored = contentOf.get(tenant, name, version) as Uint8Array;
      return Buffer.compare(stored, content) === 0 ? "same" : "conflict";
    },
    putSecret({ tenant, name, version, key, sealed, updatedAt }) {
      if (version === 1) return insertSecret.run(tenant, name, version, key, sealed, updatedAt).changes === 1;
      return updateSecret.run(version, key, sealed, updatedAt, tenant, name, version - 1).changes === 1;
    },
    deleteSecret: (tenant, name) => deleteSecret.run(tenant, name).changes === 1,
  };
}
