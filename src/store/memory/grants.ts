// The grants of the memory store.

import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type { GrantEnd, GrantPut, GrantRow, GrantStore } from "../../ports/inbox-store.ts";
import type { DefinitionRow, Page } from "../../ports/store.ts";
import type { GrantId, TenantId } from "../../value/id.ts";
import { decodeCursor, pageOf } from "../cursor.ts";
import { hex } from "../hex.ts";
import { isCurrent } from "./engine-wraps.ts";
import { areOpen } from "./live.ts";
import { addEntries, follows } from "./memory-audit.ts";
import { takesKey } from "./memory-keys.ts";
import type { MemoryTables } from "./memory-tables.ts";

export class MemoryGrants implements GrantStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async put(row: GrantRow): Promise<GrantPut> {
    if (!isCurrent(this.#tables, row.live)) return "stale_epoch";
    if (!takesKey(this.#tables, row.tenant, row.key)) return "stale_key";
    const { tenant, workflow, version } = row;
    const name = `${tenant}/${hex(workflow)}`;
    if ((this.#tables.definitions.get(`${name}/${version}`)?.live ?? null) === null) return "not_live";
    if (!areOpen(this.#tables, tenant, row.names)) return "not_live";
    if (highestOf(this.#tables, tenant, workflow) > version) return "stale";
    for (const before of grantsOf(this.#tables, tenant, workflow)) {
      end(this.#tables, before, "replaced", row.createdAt);
    }
    this.#tables.grants.set(`${tenant}/${row.id}`, row);
    return "put";
  }

  async find(tenant: TenantId, workflow: Uint8Array): Promise<GrantRow | null> {
    return grantsOf(this.#tables, tenant, workflow)[0] ?? null;
  }

  async read(tenant: TenantId, id: GrantId): Promise<GrantRow | null> {
    return this.#tables.grants.get(`${tenant}/${id}`) ?? null;
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<GrantRow>> {
    const [before = null] = cursor === null ? [] : decodeCursor(cursor, 1);
    const found = [...this.#tables.grants.values()]
      .filter((row) => row.tenant === tenant && (before === null || row.id < before))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return pageOf(found, limit, ({ id }) => [id]);
  }

  async revoke(
    tenant: TenantId,
    id: GrantId,
    at: number,
    audit?: AuditAppend,
  ): Promise<boolean | AuditMoved> {
    if (!follows(this.#tables, tenant, audit)) return "audit_moved";
    const row = this.#tables.grants.get(`${tenant}/${id}`);
    if (row === undefined || row.endedAt !== null) return false;
    end(this.#tables, row, "revoked", at);
    addEntries(this.#tables, tenant, audit);
    return true;
  }

  async expire(now: number): Promise<number> {
    const due = [...this.#tables.grants.values()].filter(
      (row) => row.endedAt === null && row.expiresAt <= now,
    );
    for (const row of due) end(this.#tables, row, "expired", now);
    return due.length;
  }
}

/** A definition was put: one of the highest version ends the grants of those before, any the grants that name it. */
export function endGrants(tables: MemoryTables, { tenant, name, version, createdAt }: DefinitionRow): void {
  const wanted = hex(name);
  const isHighest = highestOf(tables, tenant, name) <= version;
  for (const row of tables.grants.values()) {
    if (row.tenant !== tenant || row.endedAt !== null) continue;
    const isOwn = isHighest && hex(row.workflow) === wanted;
    if (isOwn || row.names.some((one) => hex(one) === wanted)) end(tables, row, "version", createdAt);
  }
}

function end(tables: MemoryTables, row: GrantRow, how: GrantEnd, at: number): void {
  tables.grants.set(`${row.tenant}/${row.id}`, { ...row, live: null, endedAt: at, end: how });
}

function grantsOf(tables: MemoryTables, tenant: TenantId, workflow: Uint8Array): readonly GrantRow[] {
  const wanted = hex(workflow);
  return [...tables.grants.values()].filter(
    (row) => row.tenant === tenant && row.endedAt === null && hex(row.workflow) === wanted,
  );
}

function highestOf(tables: MemoryTables, tenant: TenantId, workflow: Uint8Array): number {
  const wanted = hex(workflow);
  const own = [...tables.definitions.values()].filter(
    (row) => row.tenant === tenant && hex(row.name) === wanted,
  );
  return Math.max(0, ...own.map(({ version }) => version));
}
