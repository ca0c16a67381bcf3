// Writes of definitions and secrets.

import type { Database } from "better-sqlite3";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import { keyOfTrigger } from "../../ports/key-store.ts";
import type {
  DefinitionDeleted,
  DefinitionPut,
  DefinitionRow,
  SecretRow,
  TriggerRow,
} from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditWrites } from "./audit-writes.ts";
import { packList } from "./byte-list.ts";
import { prepareDeletions } from "./deletion-writes.ts";
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
  ): DefinitionPut;
  deleteDefinition(asked: {
    readonly tenant: TenantId;
    readonly name: Uint8Array;
    readonly at: number;
    readonly audit: AuditAppend | undefined;
    readonly expected: number | undefined;
  }): DefinitionDeleted;
  putSecret(row: SecretRow, audit: AuditAppend | undefined): boolean | AuditMoved;
}

export function prepareRecords(
  database: Database,
  triggers: TriggerWrites,
  grants: GrantWrites,
  { lives, fence }: { readonly lives: LiveWrites; readonly fence: KeyFence },
  log: AuditWrites,
): RecordWrites {
  const { contentOf, highestOf } = prepareLooks(database);
  const deletions = prepareDeletions(database);
  const { insertDefinition, insertSecret, updateSecret, resealSecret } = prepareWrites(database);

  return {
    putDefinition(row, own, audit, expected) {
      if (!log.follows(row.tenant, audit)) return "audit_moved";
      if (!lives.admits(row.live)) return "stale_epoch";
      const { tenant, name, version, content, key, sealed, createdAt } = row;
      if (expected !== undefined && expected !== (highestOf.get(tenant, name) ?? 0)) return "highest_moved";
      const isDeleted = deletions.has(tenant, name);
      if (isDeleted && version <= (highestOf.get(tenant, name) as number)) return "deleted";
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
        if (isDeleted) deletions.takeBack(tenant, name);
        triggers.replace(row, own);
        grants.endBy(row);
        log.add(audit);
        return "created";
      }
      const stored = contentOf.get(tenant, name, version) as Uint8Array;
      return Buffer.compare(stored, content) === 0 ? "same" : "conflict";
    },
    deleteDefinition({ tenant, name, at, audit, expected }) {
      if (!log.follows(tenant, audit)) return "audit_moved";
      const highest = highestOf.get(tenant, name) as number | null;
      if (expected !== undefined && expected !== (highest ?? 0)) return "highest_moved";
      if (highest === null || deletions.has(tenant, name)) return false;
      deletions.add(tenant, name, at);
      triggers.end(tenant, name);
      grants.endOf(tenant, name, at);
      log.add(audit);
      return true;
    },
    putSecret(row, audit) {
      if (!log.follows(row.tenant, audit)) return "audit_moved";
      if (!lives.admits(row.live) || !fence(row.tenant, row.key)) return false;
      const { tenant, name, version, key, sealed, updatedAt } = row;
      const live = row.live !== null && lives.isNamed(tenant, name) ? row.live : null;
      const written =
        version === 1
          ? insertSecret.run(tenant, name, version, key, sealed, updatedAt, live)
          : updateSecret.run(version, key, sealed, updatedAt, live, tenant, name, version - 1);
      if (written.changes + resealSecret.run(sealed, tenant, name, version, key).changes === 0) return false;
      log.add(audit);
      return true;
    },
  };
}

function prepareWrites(database: Database) {
  const insertDefinition = database.prepare(
    `INSERT OR IGNORE INTO definition (tenant, name, version, content, key, sealed, created_at, live, names)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertSecret = database.prepare(
    `INSERT OR IGNORE INTO secret (tenant, name, version, key, sealed, updated_at, live)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateSecret = database.prepare(
    `UPDATE secret SET version = ?, key = ?, sealed = ?, updated_at = ?, live = ?
     WHERE tenant = ? AND name = ? AND version = ?`,
  );
  const resealSecret = database.prepare(
    "UPDATE secret SET sealed = ? WHERE tenant = ? AND name = ? AND version = ? AND key = ? AND key <> x''",
  );
  return { insertDefinition, insertSecret, updateSecret, resealSecret };
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
