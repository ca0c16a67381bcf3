// Writes of tenants and sessions; what a handshake does stands or falls with its being used.

import type { Database } from "better-sqlite3";
import type { HandshakeUse, SessionRow, TenantRow } from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditWrites } from "./audit-writes.ts";
import { prepareDropTenant } from "./drop-tenant.ts";
import type { Heads } from "./heads.ts";

export interface AccountWrites {
  create(row: TenantRow, audit: AuditAppend | undefined): boolean;
  use(tenant: TenantId, use: HandshakeUse): "used" | "replayed" | "changed" | AuditMoved;
  endSessions(
    tenant: TenantId,
    token: Uint8Array | null,
    audit: AuditAppend | undefined,
  ): number | AuditMoved;
  dropEnded(beforeMs: number): void;
}

export function prepareAccounts(database: Database, heads: Heads, log: AuditWrites): AccountWrites {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO account
       (tenant, generation, public_key, seal_key, check_code, api_key, created_at, code)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `UPDATE account SET generation = ?, public_key = ?, seal_key = ?, check_code = ?, api_key = ?, created_at = ?, code = ?
     WHERE tenant = ?`,
  );
  const codeOf = database
    .prepare<[TenantId], Uint8Array>("SELECT code FROM account WHERE tenant = ?")
    .pluck();
  const isUsed = database.prepare<[string], number>("SELECT 1 FROM handshake WHERE jti = ?").pluck();
  const insertUse = database.prepare("INSERT INTO handshake (jti, expires_at) VALUES (?, ?)");
  const insertSession = database.prepare(
    `INSERT INTO session (token, tenant, generation, created_at, expires_at, sealed, epoch)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const endOne = database.prepare("DELETE FROM session WHERE tenant = ? AND token = ?");
  const endAll = database.prepare("DELETE FROM session WHERE tenant = ?");
  const dropSessions = database.prepare("DELETE FROM session WHERE expires_at < ?");
  const dropUses = database.prepare("DELETE FROM handshake WHERE expires_at < ?");
  const dropTenant = prepareDropTenant(database, heads);

  const replace = (row: TenantRow) => {
    const { generation, publicKey, sealKey, check, apiKey, createdAt, code } = row;
    update.run(generation, publicKey, sealKey, check, apiKey, createdAt, code, row.tenant);
  };
  const open = ({ token, tenant, generation, createdAt, expiresAt, sealed, epoch }: SessionRow) => {
    insertSession.run(token, tenant, generation, createdAt, expiresAt, sealed, epoch);
  };

  return {
    create(row, audit) {
      if (!log.follows(row.tenant, audit)) return false;
      const { tenant, generation, publicKey, sealKey, check, apiKey, createdAt, code } = row;
      const { changes } = insert.run(tenant, generation, publicKey, sealKey, check, apiKey, createdAt, code);
      if (changes === 1) log.add(audit);
      return changes === 1;
    },
    use(tenant, { jti, expiresAt, session, change, ends, audit }) {
      if (isUsed.get(jti) !== undefined) return "replayed";
      const code = codeOf.get(tenant) as Uint8Array | undefined;
      if (code === undefined) return "changed";
      if (change !== null && Buffer.compare(code, change.before) !== 0) return "changed";
      if (!log.follows(tenant, audit)) return "audit_moved";
      log.add(audit);
      insertUse.run(jti, expiresAt);
      if (change !== null) replace(change.row);
      if (ends !== "nothing") endAll.run(tenant);
      if (session !== null) open(session);
      if (ends === "tenant") dropTenant(tenant);
      return "used";
    },
    endSessions(tenant, token, audit) {
      if (!log.follows(tenant, audit)) return "audit_moved";
      const { changes } = token === null ? endAll.run(tenant) : endOne.run(tenant, token);
      if (changes > 0) log.add(audit);
      return changes;
    },
    dropEnded(beforeMs) {
      dropSessions.run(beforeMs);
      dropUses.run(beforeMs);
    },
  };
}
