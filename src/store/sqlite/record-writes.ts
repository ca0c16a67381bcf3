// Writes of definitions and secrets.

import type { Database } from "better-sqlite3";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import { keyOfTrigger } from "../../ports/key-store.ts";
import type { DefinitionRow, SecretRow, TriggerRow } from "../../ports/store.ts";
import type { AuditWrites } from "./audit-writes.ts";
import { packList } from "./byte-list.ts";
import type { GrantWrites } from "./grant-writes.ts";
import type { KeyFence } from "./key-fence.ts";
import type { LiveWrites } from "./live-writes.ts";
import type { TriggerWrites } from "./trigger-writes.ts";

export interface RecordWrites {
  putDefinition(
    row: DefinitionRow,
    triggers: readonly TriggerRow[],
    audit: AuditAppend | undefined,
    expected: number | undefined,
  ): "created" | "same" | "conflict" | "highest_moved" | "stale_epoch" | "stale_key" | AuditMoved;
  putSecret(row: SecretRow, audit: AuditAppend | undefined): boolean | AuditMoved;
}

export function prepareRecords(
  database: Database,
  triggers: TriggerWrites,
  grants: GrantWrites,
  { lives, fence }: { readonly lives: LiveWrites; readonly fence: KeyFence },
  log: AuditWrites,
): RecordWrites {
  const insertDefinition = database.prepare(
    `INSERT OR IGNORE INTO definition (tenant, name, version, content, key, sealed, created_at, live, names)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const { contentOf, highestOf } = prepareLooks(database);
  const insertSecret = database.prepare(
    `INSERT OR IGNORE INTO secret (tenant, name, version, key, sealed, updated_at, live)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateSecret = database.prepare(
    `UPDATE secret SET version = ?, key = ?, sealed = ?, updated_at = ?, live = ?
     WHERE tenant = ? AND name = ? AND version = ?`,
  );

  return {
    putDefinition(row, own, audit, expected) {
      if (!log.follows(row.tenant, audit)) return "audit_moved";
      if (!lives.admits(row.live)) return "stale_epoch";
      const { tenant, name, version, content, key, sealed, createdAt } = row;
      if (expected !== undefined && expected !== (highestOf.get(tenant, name) ?? 0)) return "highest_moved";
      const keys = [key, ...own.map((trigger) => keyOfTrigger(trigger.sealed))];
      if (!keys.every((one) => fence(tenant, one))) return "stale_key";
      const live = row.live !== null && lives.isNamed(tenant, name) ? row.live : null;
      const names = packList(row.names);
      const inserted = insertDefinition.run(
        tenant,
        name,
        version,
        content,
        key,
        sealed,
        createdAt,
        live,
        names,
      );
      if (inserted.changes === 1) {
        triggers.replace(row, own);
        grants.endBy(row);
        log.add(audit);
        return "created";
      }
      const stored = contentOf.get(tenant, name, version) as Uint8Array;
      return Buffer.compare(stored, content) === 0 ? "same" : "conflict";
    },
    putSecret(row, audit) {
      if (!log.follows(row.tenant, audit)) return "audit_moved";
      if (!lives.admits(row.live)) return false;
      const { tenant, name, version, key, sealed, updatedAt } = row;
      if (!fence(tenant, key)) return false;
      const live = row.live !== null && lives.isNamed(tenant, name) ? row.live : null;
      const written =
        version === 1
          ? insertSecret.run(tenant, name, version, key, sealed, updatedAt, live)
          : updateSecret.run(version, key, sealed, updatedAt, live, tenant, name, version - 1);
      if (written.changes === 1) log.add(audit);
      return written.changes === 1;
    },
  };
}

/** The bytes of a version, and the highest version of a workflow, null for none. */
function prepareLooks(database: Database) {
  const contentOf = database
    .prepare<[string, Uint8Array, number]>(
      "SELECT content FROM definition WHERE tenant = ? AND name = ? AND version = ?",
    )
    .pluck();
  const highestOf = database
    .prepare<[string, Uint8Array]>("SELECT max(version) FROM definition WHERE tenant = ? AND name = ?")
    .pluck();
  return { contentOf, highestOf };
}
