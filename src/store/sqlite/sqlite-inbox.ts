// The inbox, hooks and grants of the SQLite store: written by its thread, read beside it.

import type { AuditAppend, AuditMoved } from "../../ports/audit-store.ts";
import type {
  CountedHook,
  GrantPut,
  GrantRow,
  GrantStore,
  HookPut,
  HookRow,
  HookStore,
  InboxFilter,
  InboxItem,
  InboxOutcome,
  InboxPut,
  InboxRoom,
  InboxRow,
  InboxStore,
  UnsealedItem,
} from "../../ports/inbox-store.ts";
import type { Page } from "../../ports/store.ts";
import type { GrantId, HookId, ItemId, TenantId } from "../../value/id.ts";
import type { InboxWrite } from "./inbox-protocol.ts";
import type { InboxReads } from "./inbox-reads.ts";

export interface InboxAccess {
  ask<Result>(request: InboxWrite): Promise<Result>;
  /** Errors: `store_unavailable` once the store is closed. */
  reads(): InboxReads;
}

export class SqliteInbox implements InboxStore {
  readonly #access: InboxAccess;

  constructor(access: InboxAccess) {
    this.#access = access;
  }

  put(item: InboxItem, room: InboxRoom): Promise<InboxPut> {
    return this.#access.ask({ op: "putItem", item, room });
  }

  settle(tenant: TenantId, outcomes: readonly InboxOutcome[], at: number): Promise<void> {
    return this.#access.ask({ op: "settleItems", tenant, outcomes, at });
  }

  expire(now: number, limit: number): Promise<number> {
    return this.#access.ask({ op: "expireItems", now, limit });
  }

  drop(beforeMs: number, limit: number): Promise<number> {
    return this.#access.ask({ op: "dropItems", beforeMs, limit });
  }

  async count(tenant: TenantId, hook: HookId | null): Promise<number> {
    return this.#access.reads().count(tenant, hook);
  }

  async countAll(tenant: TenantId): Promise<number> {
    return this.#access.reads().countAll(tenant);
  }

  async bytes(tenant: TenantId): Promise<number> {
    return this.#access.reads().bytes(tenant);
  }

  async waiting(tenant: TenantId, after: number, limit: number): Promise<readonly InboxRow[]> {
    return this.#access.reads().waiting(tenant, after, limit);
  }

  async read(tenant: TenantId, id: ItemId): Promise<InboxRow | null> {
    return this.#access.reads().item(tenant, id);
  }

  async list(
    tenant: TenantId,
    filter: InboxFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<UnsealedItem>> {
    return this.#access.reads().items(tenant, filter, cursor, limit);
  }
}

export class SqliteHooks implements HookStore {
  readonly #access: InboxAccess;

  constructor(access: InboxAccess) {
    this.#access = access;
  }

  put(row: HookRow, max: number, audit?: AuditAppend): Promise<HookPut> {
    return this.#access.ask({ op: "putHook", row, max, audit });
  }

  revoke(tenant: TenantId, id: HookId, at: number, audit?: AuditAppend): Promise<boolean | AuditMoved> {
    return this.#access.ask({ op: "revokeHook", tenant, id, at, audit });
  }

  async byToken(token: Uint8Array): Promise<HookRow | null> {
    return this.#access.reads().hookByToken(token);
  }

  drop(beforeMs: number, limit: number): Promise<number> {
    return this.#access.ask({ op: "dropHooks", beforeMs, limit });
  }

  async read(tenant: TenantId, id: HookId): Promise<CountedHook | null> {
    return this.#access.reads().hook(tenant, id);
  }

  async has(tenant: TenantId, workflow: Uint8Array): Promise<boolean> {
    return this.#access.reads().hasHook(tenant, workflow);
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<CountedHook>> {
    return this.#access.reads().hooks(tenant, cursor, limit);
  }
}

export class SqliteGrants implements GrantStore {
  readonly #access: InboxAccess;

  constructor(access: InboxAccess) {
    this.#access = access;
  }

  put(row: GrantRow): Promise<GrantPut> {
    return this.#access.ask({ op: "putGrant", row });
  }

  revoke(tenant: TenantId, id: GrantId, at: number, audit?: AuditAppend): Promise<boolean | AuditMoved> {
    return this.#access.ask({ op: "revokeGrant", tenant, id, at, audit });
  }

  expire(now: number): Promise<number> {
    return this.#access.ask({ op: "expireGrants", now });
  }

  async find(tenant: TenantId, workflow: Uint8Array): Promise<GrantRow | null> {
    return this.#access.reads().grant(tenant, workflow);
  }

  async read(tenant: TenantId, id: GrantId): Promise<GrantRow | null> {
    return this.#access.reads().grantOfId(tenant, id);
  }

  async list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<GrantRow>> {
    return this.#access.reads().grants(tenant, cursor, limit);
  }
}
