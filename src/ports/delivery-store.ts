// The part of the store where each request to a hook leaves what came and what became of it.

import type { DeliveryId, HookId, ItemId, RunId, TenantId } from "../value/id.ts";
import type { InboxState } from "./inbox-store.ts";
import type { Page } from "./store.ts";

export interface DeliveryRow {
  readonly tenant: TenantId;
  readonly id: DeliveryId;
  readonly hook: HookId;
  readonly receivedAt: number;
  /** From then on it is forgotten. */
  readonly expiresAt: number;
  /**
   * It was taken: the run that it came to, or else the item of the inbox; both null for one that was refused, or whose
   * sender was answered and nothing else.
   */
  readonly run: RunId | null;
  readonly item: ItemId | null;
  /** What it came to had been there before. */
  readonly repeated: boolean;
  /** The code of the error for which it was refused; null for one that was taken. */
  readonly reason: string | null;
  /** The delivery that was sent again. */
  readonly replayOf: DeliveryId | null;
  readonly key: Uint8Array;
  /** Its method, headers, query and body. */
  readonly sealed: Uint8Array;
}

/** `refused` or `answered` at the door; else as its item is now, or `started`. */
export type DeliveryState = InboxState | "refused" | "answered";

/** With what became of its item since: `run` and `reason` are the item's then. */
export interface SeenDelivery extends DeliveryRow {
  readonly state: DeliveryState;
}

/** Without what came by it. */
export type UnsealedDelivery = Omit<SeenDelivery, "key" | "sealed">;

/** What came since, in the order in which it became durable. */
export interface DeliveriesSince {
  /** Each with the cursor after which to go on. */
  readonly rows: readonly { readonly delivery: UnsealedDelivery; readonly cursor: string }[];
  /** Of the last row; without any, as good as the one that was given. */
  readonly cursor: string;
}

/** What is kept of one hook: the newest. */
export interface DeliveryBounds {
  readonly accepted: number;
  readonly refused: number;
  /** Of what is sealed, of either kind. */
  readonly bytes: number;
}

/** As of the store: every write is durable when its promise resolves. */
export interface DeliveryStore {
  /**
   * All in one transaction, each judged alone; the oldest beyond `bounds` are forgotten with the same write, as many as 256
   * for each that comes. `stale_key`: as of an item of the inbox; that one was not stored.
   */
  put(rows: readonly DeliveryRow[], bounds: DeliveryBounds): Promise<readonly ("put" | "stale_key")[]>;
  read(tenant: TenantId, id: DeliveryId): Promise<SeenDelivery | null>;
  /** The newest first. */
  list(
    tenant: TenantId,
    hook: HookId,
    states: readonly DeliveryState[] | null,
    cursor: string | null,
    limit: number,
  ): Promise<Page<UnsealedDelivery>>;
  /**
   * Of all hooks of a tenant, at most `limit` that became durable after the cursor. Null: none, and where the line ends now.
   * Errors: `invalid_cursor`.
   */
  since(tenant: TenantId, cursor: string | null, limit: number): Promise<DeliveriesSince>;
  /** Forgets at most `limit` whose time has come, of all tenants. Gives how many; `limit` if there may be more. */
  drop(now: number, limit: number): Promise<number>;
}

/** For each that comes so many of the oldest may go: a large one may be worth many small. */
export const deliveriesDroppedMax = 256;
