// Reads of tenants and sessions.

import type { Database } from "better-sqlite3";
import type { SessionRow, TenantRow } from "../../ports/account-store.ts";
import type { TenantId } from "../../value/id.ts";

interface SqlAccount {
  readonly tenant: TenantId;
  readonly generation: number;
  readonly public_key: Uint8Array;
  readonly seal_key: Uint8Array | null;
  readonly check_code: Uint8Array | null;
  readonly api_key: Uint8Array;
  readonly created_at: number;
  readonly code: Uint8Array;
  readonly recovery_key: Uint8Array | null;
  readonly recovery_sealed: Uint8Array | null;
  readonly from_generation: number | null;
  readonly previous: Uint8Array | null;
}

interface SqlSession {
  readonly token: Uint8Array;
  readonly tenant: TenantId;
  readonly generation: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly sealed: Uint8Array;
  readonly epoch: number;
  readonly parent: Uint8Array | null;
  readonly used: number;
}

export class AccountReads {
  readonly #statements;

  constructor(database: Database) {
    const account = `SELECT a.*, r.from_generation, r.previous FROM account AS a
      LEFT JOIN rotation AS r ON r.tenant = a.tenant AND r.to_generation = a.generation`;
    this.#statements = {
      tenant: database.prepare<[TenantId], SqlAccount>(`${account} WHERE a.tenant = ?`),
      byKey: database.prepare<[Uint8Array], SqlAccount>(`${account} WHERE a.api_key = ?`),
      session: database.prepare<[Uint8Array], SqlSession>("SELECT * FROM session WHERE token = ?"),
      sessions: database.prepare<[TenantId], SqlSession>("SELECT * FROM session WHERE tenant = ?"),
    };
  }

  tenant(tenant: TenantId): TenantRow | null {
    return rowOf(this.#statements.tenant.get(tenant));
  }

  tenantByKey(apiKey: Uint8Array): TenantRow | null {
    return rowOf(this.#statements.byKey.get(apiKey));
  }

  sessions(tokens: readonly Uint8Array[]): readonly SessionRow[] {
    return tokens.flatMap((token) => {
      const row = this.#statements.session.get(token);
      return row === undefined ? [] : [sessionOf(row)];
    });
  }

  sessionsOf(tenant: TenantId): readonly SessionRow[] {
    return this.#statements.sessions.all(tenant).map(sessionOf);
  }
}

function rowOf(row: SqlAccount | undefined): TenantRow | null {
  if (row === undefined) return null;
  const {
    from_generation: from,
    previous: sealed,
    recovery_key: publicKey,
    recovery_sealed: sealedKey,
  } = row;
  return {
    ...(publicKey === null || sealedKey === null ? {} : { recovery: { publicKey, sealedKey } }),
    ...(from === null || sealed === null ? {} : { previous: { generation: from, sealed } }),
    tenant: row.tenant,
    generation: row.generation,
    publicKey: row.public_key,
    sealKey: row.seal_key,
    check: row.check_code,
    apiKey: row.api_key,
    createdAt: row.created_at,
    code: row.code,
  };
}

function sessionOf({ parent, used, created_at, expires_at, ...row }: SqlSession): SessionRow {
  const link = parent === null ? {} : { link: { parent, isUsed: used === 1 } };
  return { ...row, createdAt: created_at, expiresAt: expires_at, ...link };
}
