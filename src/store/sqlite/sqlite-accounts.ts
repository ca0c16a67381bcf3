// Tenants and sessions of the SQLite store.

import type {
  AccountStore,
  HandshakeResult,
  HandshakeUse,
  LinkResult,
  SessionLink,
  SessionRow,
  TenantRow,
} from "../../ports/account-store.ts";
import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AccountReads } from "./account-reads.ts";
import type { Writer } from "./writer.ts";

export class SqliteAccounts implements AccountStore {
  readonly #writer: Writer;
  readonly #reads: () => AccountReads;

  constructor(writer: Writer, reads: () => AccountReads) {
    this.#writer = writer;
    this.#reads = reads;
  }

  createTenant(row: TenantRow, audit?: AuditAppend): Promise<boolean> {
    return this.#writer.ask({ op: "createTenant", row, audit });
  }

  async readTenant(tenant: TenantId): Promise<TenantRow | null> {
    return this.#reads().tenant(tenant);
  }

  async readTenantByKey(apiKey: Uint8Array): Promise<TenantRow | null> {
    return this.#reads().tenantByKey(apiKey);
  }

  useHandshake(tenant: TenantId, use: HandshakeUse): Promise<HandshakeResult | AuditMoved> {
    return this.#writer.ask({ op: "useHandshake", tenant, use });
  }

  async readSessions(tokens: readonly Uint8Array[]): Promise<readonly SessionRow[]> {
    return this.#reads().sessions(tokens);
  }

  async listSessions(tenant: TenantId): Promise<readonly SessionRow[]> {
    return this.#reads().sessionsOf(tenant);
  }

  linkSession(
    row: SessionRow & { readonly link: SessionLink },
    uses: Uint8Array | null,
    audit?: AuditAppend,
  ): Promise<LinkResult | AuditMoved> {
    return this.#writer.ask({ op: "linkSession", row, uses, audit });
  }

  endSessions(tenant: TenantId, token: Uint8Array | null, audit?: AuditAppend): Promise<number | AuditMoved> {
    return this.#writer.ask({ op: "endSessions", tenant, token, audit });
  }

  dropEndedSessions(beforeMs: number): Promise<void> {
    return this.#writer.ask({ op: "dropEndedSessions", beforeMs });
  }
}
