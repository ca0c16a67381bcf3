// The audit logs of the SQLite store.

import type { AuditHead } from "../../handshake/confirmation.ts";
import type { AuditAppend, AuditRow, AuditStore } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import type { AuditReads } from "./audit-reads.ts";
import type { Writer } from "./writer.ts";

export class SqliteAudit implements AuditStore {
  readonly #writer: Writer;
  readonly #reads: () => AuditReads;

  constructor(writer: Writer, reads: () => AuditReads) {
    this.#writer = writer;
    this.#reads = reads;
  }

  append(tenant: TenantId, append: AuditAppend): Promise<boolean> {
    return this.#writer.ask({ op: "appendAudit", tenant, append });
  }

  async head(tenant: TenantId): Promise<AuditHead> {
    return this.#reads().head(tenant);
  }

  async read(tenant: TenantId, fromSeq: number, limit: number): Promise<readonly AuditRow[]> {
    return this.#reads().from(tenant, fromSeq, limit);
  }
}
