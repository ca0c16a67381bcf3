// The part of the store where what comes for tenants who are not signed in waits, and where hooks and grants are kept.

import type { GrantId, HookId, ItemId, RunId, TenantId } from "../value/id.ts";
import type { AuditAppend, AuditMoved } from "./audit-store.ts";
import type { Page } from "./store.ts";

/** What an item asks for. An approval is the answer to a callback. */
export type InboxKind = "start" | "signal" | "callback" | "cancel" | "cron" | "event";

/** `started`: judged and done, whatever its kind. The others say why it never will be. */
export const inboxStates = ["waiting", "started", "rejected", "expired"] as const;
export type InboxState = (typeof inboxStates)[number];

/** The trigger that a due time or an event asks for. */
export interface InboxTrigger {
  readonly version: number;
  /** Its place among the triggers of the document. */
  readonly place: number;
  /** Of an event: the id under which it came in, and was sealed. */
  readonly event: Uint8Array | null;
}

export interface InboxItem {
  readonly tenant: TenantId;
  readonly id: ItemId;
  readonly kind: InboxKind;
  /**
   * Keyed hash of what makes it one (an idempotency key, a due time): an item of the same comes once. Null for no such, and
   * of a start, a signal or a callback that was rejected or has expired: it may come again. That of an answer to a callback
   * begins with `calledBack` of its room.
   */
  readonly once: Uint8Array | null;
  readonly hook: HookId | null;
  /** Keyed hash of the name of the workflow that it starts; null for what is for a run. */
  readonly workflow: Uint8Array | null;
  readonly trigger: InboxTrigger | null;
  readonly receivedAt: number;
  /** From then on it is not judged any more. */
  readonly expiresAt: number;
  readonly key: Uint8Array;
  /** Empty once it has been started: the run has what it held. */
  readonly sealed: Uint8Array;
}

export interface InboxRow extends InboxItem {
  /** Its number in the line: larger than that of every item before. */
  readonly no: number;
  readonly state: InboxState;
  /** That it started, or that it was for; null for none. */
  readonly run: RunId | null;
  /** The code of the error for which it was rejected. */
  readonly reason: string | null;
  readonly settledAt: number | null;
}

/** Without what came. */
export type UnsealedItem = Omit<InboxRow, "key" | "sealed">;

export type InboxPut =
  | { readonly type: "waiting"; readonly id: ItemId }
  /** It came before, and waits or was started: the row of then. */
  | { readonly type: "repeated"; readonly id: ItemId }
  | { readonly type: "full" }
  | { readonly type: "bytes_full" }
  /** Of the same callback. */
  | { readonly type: "callback_full" }
  /** Its key was wrapped for a generation of the tenant's key that has been replaced. */
  | { readonly type: "stale_key" };

/** How much may wait, the new item included; bytes are those of `sealed`. */
export interface InboxRoom {
  /** Of the same hook, or without one. */
  readonly items: number;
  /** Of the same hook; not asked of what came without one. */
  readonly hookBytes: number;
  /** Of the tenant in all. */
  readonly bytes: number;
  /** Of those whose `once` begins with `prefix`: answers to the same callback. */
  readonly calledBack?: { readonly prefix: Uint8Array; readonly items: number; readonly bytes: number };
}

export interface InboxOutcome {
  readonly no: number;
  readonly state: Exclude<InboxState, "waiting">;
  readonly run: RunId | null;
  readonly reason: string | null;
  /**
   * What is kept of it in place of what came, sealed under the same data key. An item whose `key` is another by now stays as
   * it is, and waits.
   */
  readonly kept?: Pick<InboxItem, "key" | "sealed">;
}

export interface InboxFilter {
  readonly states?: readonly InboxState[];
  readonly hook?: HookId;
}

/** As of the store: every write is durable when its promise resolves. */
export interface InboxStore {
  /** `full`: as many items of the same hook (or without one) wait as may; `bytes_full`: the item would be too many bytes. */
  put(item: InboxItem, room: InboxRoom): Promise<InboxPut>;
  /** How many items of the hook (or without one) wait. */
  count(tenant: TenantId, hook: HookId | null): Promise<number>;
  /** How many items of the tenant wait. */
  countAll(tenant: TenantId): Promise<number>;
  /** How many bytes of the tenant wait. */
  bytes(tenant: TenantId): Promise<number>;
  /** Those that wait behind the number `after`, in their order. */
  waiting(tenant: TenantId, after: number, limit: number): Promise<readonly InboxRow[]>;
  /** Those that wait no more stay as they are. */
  settle(tenant: TenantId, outcomes: readonly InboxOutcome[], at: number): Promise<void>;
  /** Has at most `limit` items expire whose time has come, of all tenants. Gives how many; `limit` if there may be more. */
  expire(now: number, limit: number): Promise<number>;
  /** Forgets at most `limit` items that were settled before `beforeMs`. Gives how many; `limit` if there may be more. */
  drop(beforeMs: number, limit: number): Promise<number>;
  read(tenant: TenantId, id: ItemId): Promise<InboxRow | null>;
  /** In their order. */
  list(
    tenant: TenantId,
    filter: InboxFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<UnsealedItem>>;
}

/** An address that starts one workflow. */
export interface HookRow {
  readonly tenant: TenantId;
  readonly id: HookId;
  /** SHA-256 of its token. */
  readonly token: Uint8Array;
  /** Keyed hash of the workflow's name. */
  readonly workflow: Uint8Array;
  /** Its requests must be signed as `verify` of the workflow's http trigger says. */
  readonly verify: boolean;
  /** How many of its items may wait in the inbox. */
  readonly quota: number;
  readonly key: Uint8Array;
  /** The workflow's name. */
  readonly sealed: Uint8Array;
  readonly createdAt: number;
  readonly revokedAt: number | null;
  /** Of the row without `sealed`, `key` and `revokedAt`, by the engine: `Vault.codeOfRow`. */
  readonly code: Uint8Array;
}

export interface CountedHook extends HookRow {
  /** How many of its items wait. */
  readonly waiting: number;
}

export type HookPut = "put" | "full" | "stale_key" | AuditMoved;

export interface HookStore {
  /** `full`: so many hooks of the tenant are not revoked as may. `stale_key`: as of an item. */
  put(row: HookRow, max: number, audit?: AuditAppend): Promise<HookPut>;
  /** Of any tenant: a token names its own. A revoked one is not found. */
  byToken(token: Uint8Array): Promise<HookRow | null>;
  /** Also one that was revoked. */
  read(tenant: TenantId, id: HookId): Promise<CountedHook | null>;
  /** Whether any starts the workflow, or did before it was revoked. */
  has(tenant: TenantId, workflow: Uint8Array): Promise<boolean>;
  /** The newest first by their ids, with those revoked. Errors: `invalid_cursor`. */
  list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<CountedHook>>;
  /** False when there is none, or it was revoked before. */
  revoke(tenant: TenantId, id: HookId, at: number, audit?: AuditAppend): Promise<boolean | AuditMoved>;
  /** Forgets at most `limit` that were revoked before `beforeMs`, of all tenants. Gives how many. */
  drop(beforeMs: number, limit: number): Promise<number>;
}

export type GrantEnd = "revoked" | "expired" | "version" | "replaced" | "deleted";

/** What lets a workflow start while nobody is signed in. */
export interface GrantRow {
  readonly tenant: TenantId;
  readonly id: GrantId;
  /** Keyed hash of the workflow's name. */
  readonly workflow: Uint8Array;
  readonly version: number;
  /** Keyed hashes of the secrets and workflows that its runs may need, and of the types of events that start them. */
  readonly names: readonly Uint8Array[];
  readonly key: Uint8Array;
  /** The key as the engine alone may open it; null once the grant has ended. */
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly end: GrantEnd | null;
}

export type GrantPut = "put" | "not_live" | "stale" | "stale_epoch" | "stale_key";

/**
 * A grant that has not ended is a root of what the engine alone may open (see `Store.dropLive`): its version of the
 * workflow, and what it names. A higher version of the workflow ends it with the same write, and so does any version that is put of a
 * workflow that it names.
 */
export interface GrantStore {
  /**
   * Ends the grant before of the same workflow. `not_live`: the engine alone cannot open that version of the workflow, or
   * something there is of what it names (see `Store.keepLive`); `stale`: it is not the highest. `stale_epoch`: its key is wrapped under an epoch
   * that is not current (see `EpochStore`). `stale_key`: as of an item. Nothing was changed then.
   */
  put(row: GrantRow): Promise<GrantPut>;
  /** The grant of a workflow that has not ended. */
  find(tenant: TenantId, workflow: Uint8Array): Promise<GrantRow | null>;
  read(tenant: TenantId, id: GrantId): Promise<GrantRow | null>;
  /** The newest first by their ids, with those that have ended. Errors: `invalid_cursor`. */
  list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<GrantRow>>;
  /** False when there is none, or it had ended. */
  revoke(tenant: TenantId, id: GrantId, at: number, audit?: AuditAppend): Promise<boolean | AuditMoved>;
  /** Ends those whose time has come, of all tenants. Gives how many. */
  expire(now: number): Promise<number>;
}
