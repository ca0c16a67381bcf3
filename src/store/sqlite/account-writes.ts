// Writes of tenants and used handshakes; what a handshake does stands or falls with its being used.

import type { Database } from "better-sqlite3";
import type { HandshakeResult, HandshakeUse, TenantRow } from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditWrites } from "./audit-writes.ts";
import { prepareDeletedTenants } from "./deleted-tenants.ts";
import { prepareDropTenant } from "./drop-tenant.ts";
import type { EpochFence } from "./epoch-fence.ts";
import type { Heads } from "./heads.ts";
import type { KeyWrites } from "./key-writes.ts";
import type { SessionWrites } from "./session-writes.ts";

export interface AccountWrites {
  create(row: TenantRow, audit: AuditAppend | undefined): boolean;
  use(tenant: TenantId, use: HandshakeUse): HandshakeResult | AuditMoved;
  dropEnded(beforeMs: number): void;
}

export function prepareAccounts(
  database: Database,
  heads: Heads,
  log: AuditWrites,
  keys: KeyWrites,
  sessions: SessionWrites,
  fence: EpochFence,
): AccountWrites {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO account
       (tenant, generation, public_key, seal_key, check_code, api_key, created_at, code, recovery_key, recovery_sealed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `UPDATE account SET generation = ?, public_key = ?, seal_key = ?, check_code = ?, api_key = ?, created_at = ?, code = ?,
       recovery_key = ?, recovery_sealed = ? WHERE tenant = ?`,
  );
  const stored = database.prepare<[TenantId], { readonly code: Uint8Array; readonly generation: number }>(
    "SELECT code, generation FROM account WHERE tenant = ?",
  );
  const isUsed = database.prepare<[string], number>("SELECT 1 FROM handshake WHERE jti = ?").pluck();
  const insertUse = database.prepare("INSERT INTO handshake (jti, expires_at) VALUES (?, ?)");
  const dropUses = database.prepare("DELETE FROM handshake WHERE expires_at < ?");
  const dropTenant = prepareDropTenant(database, heads);
  const isDeleted = prepareDeletedTenants(database);

  const replace = (row: TenantRow) => {
    const [tenant, ...values] = valuesOf(row);
    update.run(...values, tenant);
  };

  return {
    create(row, audit) {
      if (isDeleted(row.tenant) || !log.follows(row.tenant, audit)) return false;
      const { changes } = insert.run(...valuesOf(row));
      if (changes === 1) log.add(audit);
      return changes === 1;
    },
    use(tenant, { jti, expiresAt, session, sessionsMax, change, rotation, ends, audit }) {
      if (isUsed.get(jti) !== undefined) return "replayed";
      const row = stored.get(tenant);
      if (row === undefined) return "changed";
      if (change !== null && Buffer.compare(row.code, change.before) !== 0) return "changed";
      const { generation } = change?.row ?? row;
      if (session !== null && session.generation !== generation) return "changed";
      if (!log.follows(tenant, audit)) return "audit_moved";
      if (session !== null && !fence.isCurrent(session.epoch)) return "stale_epoch";
      log.add(audit);
      insertUse.run(jti, expiresAt);
      if (change !== null) replace(change.row);
      if (rotation !== undefined) keys.begin(rotation);
      if (ends !== "nothing") sessions.endAll(tenant);
      if (session !== null) sessions.open(session, sessionsMax);
      if (ends === "tenant") dropTenant(tenant);
      return "used";
    },
    dropEnded(beforeMs) {
      sessions.drop(beforeMs);
      dropUses.run(beforeMs);
    },
  };
}

function valuesOf({ tenant, ...row }: TenantRow) {
  const { generation, publicKey, sealKey, check, apiKey, createdAt, code, recovery } = row;
  const own = [generation, publicKey, sealKey, check, apiKey, createdAt, code];
  return [tenant, ...own, recovery?.publicKey ?? null, recovery?.sealedKey ?? null] as const;
}
