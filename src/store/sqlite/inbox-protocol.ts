// What the writer thread is asked about the inbox, hooks, deliveries and grants.

import type { AuditAppend } from "../../ports/audit-store.ts";
import type { DeliveryBounds, DeliveryRow } from "../../ports/delivery-store.ts";
import type { GrantRow, HookRow, InboxItem, InboxOutcome, InboxRoom } from "../../ports/inbox-store.ts";
import type { GrantId, HookId, TenantId } from "../../value/id.ts";

export type InboxWrite =
  | { readonly op: "putItem"; readonly item: InboxItem; readonly room: InboxRoom }
  | {
      readonly op: "settleItems";
      readonly tenant: TenantId;
      readonly outcomes: readonly InboxOutcome[];
      readonly at: number;
    }
  | { readonly op: "expireItems"; readonly now: number; readonly limit: number }
  | { readonly op: "dropItems"; readonly beforeMs: number; readonly limit: number }
  | {
      readonly op: "putHook";
      readonly row: HookRow;
      readonly max: number;
      readonly audit: AuditAppend | undefined;
    }
  | { readonly op: "dropHooks"; readonly beforeMs: number; readonly limit: number }
  | ({ readonly op: "revokeHook"; readonly id: HookId } & Revocation)
  | { readonly op: "putDeliveries"; readonly rows: readonly DeliveryRow[]; readonly bounds: DeliveryBounds }
  | { readonly op: "dropDeliveries"; readonly now: number; readonly limit: number }
  | { readonly op: "putGrant"; readonly row: GrantRow }
  | ({ readonly op: "revokeGrant"; readonly id: GrantId } & Revocation)
  | { readonly op: "expireGrants"; readonly now: number };

interface Revocation {
  readonly tenant: TenantId;
  readonly at: number;
  readonly audit: AuditAppend | undefined;
}
