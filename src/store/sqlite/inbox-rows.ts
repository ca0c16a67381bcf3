// Rows of the inbox, of hooks and of grants, and what the port makes of them.

import type {
  CountedHook,
  GrantEnd,
  GrantRow,
  HookRow,
  InboxRow,
  UnsealedItem,
} from "../../ports/inbox-store.ts";
import type { GrantId, HookId, ItemId, RunId, TenantId } from "../../value/id.ts";
import { unpackList } from "./byte-list.ts";
import { bytes, bytesOrNull } from "./rows.ts";

export interface SqlUnsealedItem {
  readonly no: number;
  readonly tenant: string;
  readonly id: string;
  readonly kind: InboxRow["kind"];
  readonly once: Uint8Array | null;
  readonly hook: string | null;
  readonly workflow: Uint8Array | null;
  readonly version: number | null;
  readonly place: number | null;
  readonly event: Uint8Array | null;
  readonly received_at: number;
  readonly expires_at: number;
  readonly state: InboxRow["state"];
  readonly run: string | null;
  readonly reason: string | null;
  readonly settled_at: number | null;
}

export interface SqlItem extends SqlUnsealedItem {
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
}

/** Of the inbox, without what is sealed. */
export const unsealedColumns = `no, tenant, id, kind, once, hook, workflow, version, place, event, received_at, expires_at,
  state, run, reason, settled_at`;

export interface SqlHook {
  readonly tenant: string;
  readonly id: string;
  readonly token: Uint8Array;
  readonly workflow: Uint8Array;
  readonly verify: number;
  readonly quota: number;
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
  readonly created_at: number;
  readonly revoked_at: number | null;
  readonly code: Uint8Array;
}

export interface SqlCountedHook extends SqlHook {
  readonly waiting: number;
}

export interface SqlGrant {
  readonly tenant: string;
  readonly id: string;
  readonly workflow: Uint8Array;
  readonly version: number;
  readonly names: Uint8Array;
  readonly key: Uint8Array;
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  readonly created_at: number;
  readonly expires_at: number;
  readonly ended_at: number | null;
  readonly how: GrantEnd | null;
}

export function itemOf(row: SqlItem): InboxRow {
  return { ...unsealedItemOf(row), key: bytes(row.key), sealed: bytes(row.sealed) };
}

export function unsealedItemOf(row: SqlUnsealedItem): UnsealedItem {
  const { version, place, event } = row;
  const trigger = version === null ? null : { version, place: place as number, event: bytesOrNull(event) };
  return {
    no: row.no,
    tenant: row.tenant as TenantId,
    id: row.id as ItemId,
    kind: row.kind,
    once: bytesOrNull(row.once),
    hook: row.hook as HookId | null,
    workflow: bytesOrNull(row.workflow),
    trigger,
    receivedAt: row.received_at,
    expiresAt: row.expires_at,
    state: row.state,
    run: row.run as RunId | null,
    reason: row.reason,
    settledAt: row.settled_at,
  };
}

export function hookOf(row: SqlHook): HookRow {
  return {
    tenant: row.tenant as TenantId,
    id: row.id as HookId,
    token: bytes(row.token),
    workflow: bytes(row.workflow),
    verify: row.verify === 1,
    quota: row.quota,
    key: bytes(row.key),
    sealed: bytes(row.sealed),
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    code: bytes(row.code),
  };
}

export function countedHookOf(row: SqlCountedHook): CountedHook {
  return { ...hookOf(row), waiting: row.waiting };
}

export function grantOf(row: SqlGrant): GrantRow {
  return {
    tenant: row.tenant as TenantId,
    id: row.id as GrantId,
    workflow: bytes(row.workflow),
    version: row.version,
    names: unpackList(row.names).map(bytes),
    key: bytes(row.key),
    live: bytesOrNull(row.live),
    sealed: bytes(row.sealed),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    end: row.how,
  };
}
