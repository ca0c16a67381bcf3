// The hooks of the memory store.

import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { CountedHook, HookPut, HookRow, HookStore } from "../../ports/inbox-store.ts";
import type { Page } from "../../ports/store.ts";
import type { HookId, TenantId } from "../../value/id.ts";
import { decodeCursor, lastId, pageOf } from "../cursor.ts";
import { hex } from "../hex.ts";
import { addEntries, follows } from "./memory-audit.ts";
import { takesKey } from "./memory-keys.ts";
import type { MemoryTables } from "./memory-tables.ts";

export class MemoryHooks implements HookStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async put(row: HookRow, max: number, audit?: AuditAppend): Promise<HookPut> {
    if (!follows(this.#tables, row.tenant, audit)) return "audit_moved";
    if (!takesKey(this.#tables, row.tenant, row.key)) return "stale_key";
    if (this.#of(row.tenant).filter(({ revokedAt }) => revokedAt === null).length >= max) return "full";
    addEntries(this.#tables, row.tenant, audit);
    this.#tables.hooks.set(`${row.tenant}/${row.id}`, row);
    return "put";
  }

  async byToken(token: Uint8Array): Promise<HookRow | null> {
    const wanted = hex(token);
    const rows = [...this.#tables.hooks.values()];
    return rows.find((row) => row.revokedAt === null && hex(row.token) === wanted) ?? null;
  }

  async read(tenant: TenantId, id: HookId): Promise<CountedHook | null> {
    const row = this.#tables.hooks.get(`${tenant}/${id}`);
    return row === undefined ? null : this.#counted(row);
  }

  async has(tenant: TenantId, workflow: Uint8Array): Promise<boolean> {
    return this.#of(tenant).some((row) => hex(row.workflow) === hex(workflow));
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<CountedHook>> {
    const [before = lastId] = cursor === null ? [] : decodeCursor(cursor, 1);
    const found = this.#of(tenant)
      .filter(({ id }) => id < before)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .map((row) => this.#counted(row));
    return pageOf(found, limit, ({ id }) => [id]);
  }

  async drop(beforeMs: number, limit: number): Promise<number> {
    const due = [...this.#tables.hooks].filter(
      ([, { revokedAt }]) => revokedAt !== null && revokedAt < beforeMs,
    );
    for (const [name] of due.slice(0, limit)) this.#tables.hooks.delete(name);
    return Math.min(due.length, limit);
  }

  #of(tenant: TenantId): readonly HookRow[] {
    return [...this.#tables.hooks.values()].filter((row) => row.tenant === tenant);
  }

  #counted(row: HookRow): CountedHook {
    const items = [...this.#tables.inbox.values()];
    return {
      ...row,
      waiting: items.filter(({ hook, state }) => hook === row.id && state === "waiting").length,
    };
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
