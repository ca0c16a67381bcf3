// Reads of the inbox, of hooks and of grants.

import type { Database } from "better-sqlite3";
import {
  type CountedHook,
  type GrantRow,
  type HookRow,
  type InboxFilter,
  type InboxRow,
  inboxStates,
  type UnsealedItem,
} from "../../ports/inbox-store.ts";
import type { Page } from "../../ports/store.ts";
import type { GrantId, HookId, ItemId, TenantId } from "../../value/id.ts";
import { decodeCursor, lastId, pageOf } from "../cursor.ts";
import { prepareOwner } from "./deleted-tenants.ts";
import {
  countedHookOf,
  grantOf,
  hookOf,
  itemOf,
  type SqlCountedHook,
  type SqlGrant,
  type SqlHook,
  type SqlItem,
  type SqlUnsealedItem,
  unsealedColumns,
  unsealedItemOf,
} from "./inbox-rows.ts";

export class InboxReads {
  readonly #statements;
  readonly #owner: (tenant: TenantId) => TenantId;

  constructor(database: Database) {
    this.#statements = prepareReads(database);
    this.#owner = prepareOwner(database);
  }

  waiting(tenant: TenantId, after: number, limit: number): readonly InboxRow[] {
    return this.#statements.waiting.all(this.#owner(tenant), after, limit).map(itemOf);
  }

  count(tenant: TenantId, hook: HookId | null): number {
    return (this.#statements.count.get(tenant, hook ?? "") as number | undefined) ?? 0;
  }

  countAll(tenant: TenantId): number {
    return this.#statements.countAll.get(tenant) ?? 0;
  }

  bytes(tenant: TenantId): number {
    return (this.#statements.bytes.get(tenant) as number | undefined) ?? 0;
  }

  item(tenant: TenantId, id: ItemId): InboxRow | null {
    const row = this.#statements.item.get(this.#owner(tenant), id);
    return row === undefined ? null : itemOf(row);
  }

  items(tenant: TenantId, filter: InboxFilter, cursor: string | null, limit: number): Page<UnsealedItem> {
    const after = cursor === null ? 0 : Number(decodeCursor(cursor, 1)[0]);
    const found = this.#found(this.#owner(tenant), filter, after, limit + 1);
    return pageOf(found.map(unsealedItemOf), limit, ({ no }) => [String(no)]);
  }

  /** Each state gives its own sorted list. */
  #found(
    tenant: TenantId,
    { states, hook }: InboxFilter,
    after: number,
    limit: number,
  ): readonly SqlUnsealedItem[] {
    const { items, ofState, ofHook } = this.#statements;
    const asked = { tenant, after, limit };
    if (states === undefined && hook === undefined) return items.all(asked);
    return [...new Set(states ?? inboxStates)]
      .flatMap((state) =>
        hook === undefined ? ofState.all({ ...asked, state }) : ofHook.all({ ...asked, state, hook }),
      )
      .sort((a, b) => a.no - b.no);
  }

  hookByToken(token: Uint8Array): HookRow | null {
    const row = this.#statements.hookByToken.get(token);
    return row === undefined ? null : hookOf(row);
  }

  hook(tenant: TenantId, id: HookId): CountedHook | null {
    const row = this.#statements.hook.get(tenant, id);
    return row === undefined ? null : countedHookOf(row);
  }

  hasHook(tenant: TenantId, workflow: Uint8Array): boolean {
    return this.#statements.hookOf.get(tenant, workflow) !== undefined;
  }

  hooks(tenant: TenantId, cursor: string | null, limit: number): Page<CountedHook> {
    const before = cursor === null ? lastId : String(decodeCursor(cursor, 1)[0]);
    const rows = this.#statements.hooks.all(tenant, before, limit + 1);
    return pageOf(rows.map(countedHookOf), limit, ({ id }) => [id]);
  }

  grant(tenant: TenantId, workflow: Uint8Array): GrantRow | null {
    const row = this.#statements.grant.get(tenant, workflow);
    return row === undefined ? null : grantOf(row);
  }

  grantOfId(tenant: TenantId, id: GrantId): GrantRow | null {
    const row = this.#statements.grantOfId.get(tenant, id);
    return row === undefined ? null : grantOf(row);
  }

  grants(tenant: TenantId, cursor: string | null, limit: number): Page<GrantRow> {
    const before = cursor === null ? lastId : String(decodeCursor(cursor, 1)[0]);
    const rows = this.#statements.grants.all(tenant, before, limit + 1);
    return pageOf(rows.map(grantOf), limit, ({ id }) => [id]);
  }
}

const countedHooks = `SELECT h.*, coalesce(c.waiting, 0) AS waiting FROM hook AS h
    LEFT JOIN inbox_count AS c ON c.tenant = h.tenant AND c.hook = h.id
  WHERE h.tenant = ?`;

function prepareReads(database: Database) {
  const inLine = "AND no > @after ORDER BY no LIMIT @limit";
  return {
    waiting: database.prepare<[TenantId, number, number], SqlItem>(
      `SELECT * FROM inbox INDEXED BY inbox_waiting
       WHERE tenant = ? AND state = 'waiting' AND no > ? ORDER BY no LIMIT ?`,
    ),
    count: database
      .prepare<[TenantId, string], number>("SELECT waiting FROM inbox_count WHERE tenant = ? AND hook = ?")
      .pluck(),
    countAll: database
      .prepare<[TenantId], number | null>("SELECT sum(waiting) FROM inbox_count WHERE tenant = ?")
      .pluck(),
    bytes: database.prepare<[TenantId], number>("SELECT bytes FROM inbox_bytes WHERE tenant = ?").pluck(),
    item: database.prepare<[TenantId, ItemId], SqlItem>("SELECT * FROM inbox WHERE tenant = ? AND id = ?"),
    items: database.prepare<object, SqlUnsealedItem>(
      `SELECT ${unsealedColumns} FROM inbox INDEXED BY inbox_line WHERE tenant = @tenant ${inLine}`,
    ),
    ofState: database.prepare<object, SqlUnsealedItem>(
      `SELECT ${unsealedColumns} FROM inbox INDEXED BY inbox_state WHERE tenant = @tenant AND state = @state ${inLine}`,
    ),
    ofHook: database.prepare<object, SqlUnsealedItem>(
      `SELECT ${unsealedColumns} FROM inbox INDEXED BY inbox_hook
       WHERE tenant = @tenant AND hook = @hook AND state = @state ${inLine}`,
    ),
    hookByToken: database.prepare<[Uint8Array], SqlHook>(
      "SELECT * FROM hook WHERE token = ? AND revoked_at IS NULL",
    ),
    hook: database.prepare<[TenantId, HookId], SqlCountedHook>(`${countedHooks} AND h.id = ?`),
    hookOf: database.prepare<[TenantId, Uint8Array], object>(
      "SELECT 1 FROM hook WHERE tenant = ? AND workflow = ? LIMIT 1",
    ),
    hooks: database.prepare<[TenantId, string, number], SqlCountedHook>(
      `${countedHooks} AND h.id < ? ORDER BY h.id DESC LIMIT ?`,
    ),
    grant: database.prepare<[TenantId, Uint8Array], SqlGrant>(
      "SELECT * FROM standing_grant WHERE tenant = ? AND workflow = ? AND ended_at IS NULL",
    ),
    grantOfId: database.prepare<[TenantId, GrantId], SqlGrant>(
      "SELECT * FROM standing_grant WHERE tenant = ? AND id = ?",
    ),
    grants: database.prepare<[TenantId, string, number], SqlGrant>(
      "SELECT * FROM standing_grant WHERE tenant = ? AND id < ? ORDER BY id DESC LIMIT ?",
    ),
  };
}
