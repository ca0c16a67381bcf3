// The deliveries of the SQLite store: written by its thread, read beside it.

import type {
  DeliveriesSince,
  DeliveryBounds,
  DeliveryRow,
  DeliveryState,
  DeliveryStore,
  SeenDelivery,
  UnsealedDelivery,
} from "../../ports/delivery-store.ts";
import type { Page } from "../../ports/store.ts";
import type { DeliveryId, HookId, TenantId } from "../../value/id.ts";
import type { DeliveryReads } from "./delivery-reads.ts";
import type { InboxWrite } from "./inbox-protocol.ts";

export interface DeliveryAccess {
  ask<Result>(request: InboxWrite): Promise<Result>;
  /** Errors: `store_unavailable` once the store is closed. */
  reads(): DeliveryReads;
}

export class SqliteDeliveries implements DeliveryStore {
  readonly #access: DeliveryAccess;

  constructor(access: DeliveryAccess) {
    this.#access = access;
  }

  put(rows: readonly DeliveryRow[], bounds: DeliveryBounds): Promise<readonly ("put" | "stale_key")[]> {
    return this.#access.ask({ op: "putDeliveries", rows, bounds });
  }

  drop(now: number, limit: number): Promise<number> {
    return this.#access.ask({ op: "dropDeliveries", now, limit });
  }

  async read(tenant: TenantId, id: DeliveryId): Promise<SeenDelivery | null> {
    return this.#access.reads().one(tenant, id);
  }

  async since(tenant: TenantId, cursor: string | null, limit: number): Promise<DeliveriesSince> {
    return this.#access.reads().since(tenant, cursor, limit);
  }

  async list(
    tenant: TenantId,
    hook: HookId,
    states: readonly DeliveryState[] | null,
    cursor: string | null,
    limit: number,
  ): Promise<Page<UnsealedDelivery>> {
    return this.#access.reads().page(tenant, hook, states, cursor, limit);
  }
}
