// The hooks of the memory store.

import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { CountedHook, HookRow, HookStore } from "../../ports/inbox-store.ts";
import type { HookId, TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import { addEntries, follows } from "./memory-audit.ts";
import { takesKey } from "./memory-keys.ts";
import type { MemoryTables } from "./memory-tables.ts";

export class MemoryHooks implements HookStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async put(row: HookRow, audit?: AuditAppend): Promise<"put" | "stale_key" | AuditMoved> {
    if (!follows(this.#tables, row.tenant, audit)) return "audit_moved";
    if (!takesKey(this.#tables, row.tenant, row.key)) return "stale_key";
    addEntries(this.#tables, row.tenant, audit);
    this.#tables.hooks.set(`${row.tenant}/${row.id}`, row);
    return "put";
  }

  async byToken(token: Uint8Array): Promise<HookRow | null> {
    const wanted = hex(token);
    const rows = [...this.#tables.hooks.values()];
    return rows.find((row) => row.revokedAt === null && hex(row.token) === wanted) ?? null;
  }

  async list(tenant: TenantId): Promise<readonly CountedHook[]> {
    const items = [...this.#tables.inbox.values()].filter((item) => item.state === "waiting");
    return [...this.#tables.hooks.values()]
      .filter((row) => row.tenant === tenant)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((row) => ({ ...row, waiting: items.filter(({ hook }) => hook === row.id).length }));
  }

  async revoke(tenant: TenantId, id: HookId, at: number, audit?: AuditAppend): Promise<boolean | AuditMoved> {
    if (!follows(this.#tables, tenant, audit)) return "audit_moved";
    const row = this.#tables.hooks.get(`${tenant}/${id}`);
    if (row === undefined || row.revokedAt !== null) return false;
    this.#tables.hooks.set(`${tenant}/${id}`, { ...row, revokedAt: at });
    addEntries(this.#tables, tenant, audit);
    return true;
  }
}
