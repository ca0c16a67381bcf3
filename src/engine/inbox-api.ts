// What the engine offers for tenants who are not signed in: the door, the inbox behind it, hooks and grants.

import type { GrantEnd, InboxFilter, InboxKind, InboxState } from "../ports/inbox-store.ts";
import type { Page } from "../ports/store.ts";
import type { TriggerData } from "../run/event.ts";
import type { GrantId, HookId, ItemId, RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import type { AuditActor } from "./audit-entry.ts";
import type { StartRequest } from "./engine-api.ts";

/** What became of what came: a run that is started, or an item that waits. Both are durable. */
export type Accepted =
  | { readonly type: "run"; readonly run: RunId; readonly repeated: boolean }
  | { readonly type: "item"; readonly item: ItemId; readonly repeated: boolean };

/** What came by a hook may also be a sender's question whether the address is ours: it starts nothing. */
export type HookAccepted =
  | Accepted
  | { readonly type: "challenge"; readonly challenge: string; readonly repeated: false };

export interface HookRequest {
  readonly trigger: TriggerData;
  readonly idempotencyKey: string | null;
}

export interface InboxView {
  readonly id: ItemId;
  /** Its number in the line. */
  readonly number: number;
  readonly kind: InboxKind;
  readonly state: InboxState;
  /** That it starts; null for what is for a run. */
  readonly workflow: string | null;
  readonly hook: HookId | null;
  /** That it started, or that it was for. */
  readonly run: RunId | null;
  /** The code of the error for which it was rejected. */
  readonly reason: string | null;
  readonly receivedAt: number;
  readonly expiresAt: number;
  readonly settledAt: number | null;
}

export interface InboxItemView extends InboxView {
  /** What it holds; null for one that was started, whose run has it. */
  readonly content: Json;
}

export interface HookView {
  readonly id: HookId;
  readonly workflow: string;
  readonly verify: boolean;
  /** How many of its items may wait, and how many do. */
  readonly quota: number;
  readonly waiting: number;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** By what a granted workflow may start. */
export const grantWays = ["key", "hook", "cron", "event"] as const;
export type GrantWay = (typeof grantWays)[number];

export interface GrantRequest {
  readonly workflow: string;
  readonly triggers: readonly GrantWay[];
  /** The hosts that runs may call, as of `allowed_hosts` of a secret; none for no call. */
  readonly hosts: readonly string[];
  /** Whether signatures of hooks are checked at the door, by the secret of `verify`. */
  readonly verify: boolean;
  /** At most 90 days from now. */
  readonly expiresAt: number;
}

export interface GrantView extends GrantRequest {
  readonly id: GrantId;
  readonly version: number;
  readonly secrets: readonly string[];
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly end: GrantEnd | null;
}

export interface GrantApi {
  /** For what a handshake of this purpose asked for. Errors: `invalid_grant`, `workflow_not_found`. */
  make(tenant: TenantId, request: GrantRequest): Promise<GrantView>;
  /** The newest first, with those that have ended. */
  list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<GrantView>>;
  /** Errors: `grant_not_found`. */
  show(tenant: TenantId, id: GrantId): Promise<GrantView>;
  /** Errors: `grant_not_found`, also of one that has ended. */
  revoke(tenant: TenantId, id: GrantId, by?: AuditActor): Promise<void>;
}

/** One hook, those of one workflow, or all. */
export interface HookFilter {
  readonly hook?: HookId | undefined;
  readonly workflow?: string | undefined;
}

export interface HookApi {
  /**
   * `token` is shown this once. `quota`: null for the usual. Errors: `workflow_not_found`, `no_http_trigger`, `invalid_hook`,
   * `too_many_hooks`.
   */
  create(
    tenant: TenantId,
    request: { readonly workflow: string; readonly quota: number | null },
    by?: AuditActor,
  ): Promise<{ readonly hook: HookView; readonly token: string }>;
  /** The newest first, with those that were revoked. */
  list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<HookView>>;
  /** That some hook fits, also one that was revoked. Errors: `hook_not_found`. */
  require(tenant: TenantId, filter: HookFilter): Promise<void>;
  /** Those of `ids` that fit. */
  fitting(tenant: TenantId, filter: HookFilter, ids: readonly HookId[]): Promise<ReadonlySet<HookId>>;
  /** What waits of it is still started. Errors: `hook_not_found`. */
  revoke(tenant: TenantId, id: HookId, by?: AuditActor): Promise<void>;
}

export interface InboxApi {
  /**
   * Starts a run where the tenant is open or a grant lets it start; else it waits in the inbox. Errors: as of `startRun`,
   * and `inbox_full`.
   */
  acceptStart(tenant: TenantId, start: StartRequest): Promise<Accepted>;
  /** Whose hook it is. Errors: `hook_unknown`, `shutting_down`, those of the store. */
  tenantOfHook(token: string): Promise<TenantId>;
  /** As `acceptStart`, by the token of a hook. Errors: `hook_unknown`, `signature_invalid`. */
  acceptHook(token: string, request: HookRequest): Promise<HookAccepted>;
  /** Null when it was taken; else the item that waits. Errors: as of `sendSignal`, and `inbox_full`. */
  acceptSignal(
    tenant: TenantId,
    run: RunId,
    name: string,
    body: Json,
    key: string | null,
  ): Promise<ItemId | null>;
  /** Whose callback it is: by the token alone. Errors: `callback_unknown`. */
  tenantOfCallback(token: string): TenantId;
  /** As `acceptSignal`, for `answerCallback`. */
  acceptCallback(token: string, body: Json, key: string | null): Promise<ItemId | null>;
  /** As `acceptSignal`, for `cancelRun`. */
  acceptCancel(tenant: TenantId, run: RunId, compensate: boolean): Promise<ItemId | null>;

  /** In their order. */
  listInbox(
    tenant: TenantId,
    filter: InboxFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<InboxView>>;
  /** Errors: `item_not_found`. */
  showItem(tenant: TenantId, id: ItemId): Promise<InboxItemView>;

  readonly hooks: HookApi;
  readonly grants: GrantApi;
}
