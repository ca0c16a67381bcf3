// The audit logs of the memory store.

import type { AuditHead } from "../../handshake/confirmation.ts";
import { type AuditAppend, type AuditRow, type AuditStore, emptyHead } from "../../ports/audit-store.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { takesKey } from "./memory-keys.ts";
import type { MemoryTables } from "./memory-tables.ts";

export class MemoryAudit implements AuditStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async append(tenant: TenantId, append: AuditAppend): Promise<boolean> {
    if (!follows(this.#tables, tenant, append)) return false;
    addEntries(this.#tables, tenant, append);
    return true;
  }

  async head(tenant: TenantId): Promise<AuditHead> {
    return headOf(this.#tables, tenant);
  }

  async read(tenant: TenantId, fromSeq: number, limit: number): Promise<readonly AuditRow[]> {
    const rows = this.#tables.audit.get(tenant) ?? [];
    return rows.filter(({ seq }) => seq >= fromSeq).slice(0, limit);
  }
}

/** Whether the entries follow the head, under keys that may be inserted; no entries always do. */
export function follows(tables: MemoryTables, tenant: TenantId, append: AuditAppend | undefined): boolean {
  if (append === undefined || append.rows.length === 0) return true;
  if (!append.rows.every(({ key }) => key === null || takesKey(tables, tenant, key))) return false;
  if (tables.deletedTenants.has(tenant)) return false;
  const { seq, mac } = headOf(tables, tenant);
  return append.after.seq === seq && hex(append.after.mac) === hex(mac);
}

export function addEntries(tables: MemoryTables, tenant: TenantId, append: AuditAppend | undefined): void {
  if (append === undefined || append.rows.length === 0) return;
  tables.audit.set(tenant, [...(tables.audit.get(tenant) ?? []), ...append.rows]);
}

function headOf(tables: MemoryTables, tenant: TenantId): AuditHead {
  const last = tables.audit.get(tenant)?.at(-1);
  return last === undefined ? emptyHead : { seq: last.seq, mac: last.mac };
}
