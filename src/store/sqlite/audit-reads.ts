// Reads of the audit log.

import type { Database } from "better-sqlite3";
import type { AuditHead } from "../../handshake/confirmation.ts";
import type { AuditRow } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import { prepareHead } from "./audit-writes.ts";
import { prepareOwner } from "./deleted-tenants.ts";

export class AuditReads {
  readonly head: (tenant: TenantId) => AuditHead;
  readonly #from;
  readonly #owner: (tenant: TenantId) => TenantId;

  constructor(database: Database) {
    this.#owner = prepareOwner(database);
    const head = prepareHead(database);
    this.head = (tenant) => head(this.#owner(tenant));
    this.#from = database.prepare<[TenantId, number, number], AuditRow>(
      "SELECT tenant, seq, body, key, sealed, mac FROM audit WHERE tenant = ? AND seq >= ? ORDER BY seq LIMIT ?",
    );
  }

  from(tenant: TenantId, seq: number, limit: number): readonly AuditRow[] {
    return this.#from.all(this.#owner(tenant), seq, limit);
  }
}
