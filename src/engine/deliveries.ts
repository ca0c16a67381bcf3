// Deliveries: each request to a hook leaves what came and what became of it; many are written in one transaction.

import type { DeliveryRow, DeliveryState, SeenDelivery, UnsealedDelivery } from "../ports/delivery-store.ts";
import type { HookRow } from "../ports/inbox-store.ts";
import type { Page } from "../ports/store.ts";
import { type DeliveryId, type HookId, newDeliveryId, type TenantId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type DeliveryContent, openDelivery, sealDelivery, shortened } from "./delivery-content.ts";
import type { DeliveryFeed } from "./delivery-feed.ts";
import { followKey } from "./follow-key.ts";
import { keyRotated } from "./key-rotated.ts";
import type { EnginePorts } from "./ports.ts";
import type { Tenants } from "./tenants.ts";

const batchMax = 256;
const triesMax = 8;
/** Deliveries told at once. */
const sinceMax = 100;
const dayMs = 86_400_000;
const [acceptedMs, refusedMs] = [7 * dayMs, dayMs];
const bounds = {
  accepted: limits.hook_deliveries,
  refused: limits.hook_deliveries_refused,
  bytes: limits.hook_deliveries_bytes,
};

/** What became of a request at the door. */
export type DeliveryVerdict = Pick<DeliveryRow, "run" | "item" | "repeated" | "reason" | "replayOf">;

/** Without what is sealed. */
export type DeliveryView = Omit<SeenDelivery, "tenant" | "key" | "sealed">;
export type ShownDelivery = DeliveryView & { readonly content: DeliveryContent };

/** Each with the cursor after which to go on. */
export interface DeliveriesSeen {
  readonly rows: readonly { readonly delivery: DeliveryView; readonly cursor: string }[];
  readonly cursor: string;
}

interface Pending {
  readonly row: Omit<DeliveryRow, "key" | "sealed">;
  readonly content: DeliveryContent;
  readonly tries: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Deliveries {
  readonly #ports: EnginePorts;
  readonly #tenants: Tenants;
  readonly #feed: DeliveryFeed;
  #pending: Pending[] = [];
  #isWriting = false;

  constructor(ports: EnginePorts, tenants: Tenants, feed: DeliveryFeed) {
    this.#feed = feed;
    this.#ports = ports;
    this.#tenants = tenants;
  }

  /** Resolves when it is durable. Errors: `store_rolled_back`, `store_unavailable`. */
  async record(
    { tenant, id: hook }: HookRow,
    content: DeliveryContent,
    verdict: DeliveryVerdict,
  ): Promise<DeliveryId> {
    const { clock, entropy } = this.#ports;
    await this.#tenants.admit(tenant);
    const receivedAt = clock.now();
    const id = newDeliveryId(receivedAt, entropy.bytes(10));
    const isRefused = verdict.reason !== null;
    const expiresAt = receivedAt + (isRefused ? refusedMs : acceptedMs);
    const row = { tenant, id, hook, receivedAt, expiresAt, ...verdict };
    const kept = isRefused ? shortened(content) : content;
    await new Promise<void>((resolve, reject) => {
      this.#pending.push({ row, content: kept, tries: 0, resolve, reject });
      void this.#write();
    });
    this.#feed.tell(tenant);
    return id;
  }

  /** The newest first. */
  async list(
    tenant: TenantId,
    hook: HookId,
    states: readonly DeliveryState[] | null,
    cursor: string | null,
    limit: number,
  ): Promise<Page<DeliveryView>> {
    const page = await this.#ports.store.deliveries.list(tenant, hook, states, cursor, limit);
    return { rows: page.rows.map(viewOf), next: page.next };
  }

  /**
   * What came by any hook after the cursor, in its order: as soon as there is some, or at `untilMs` (milliseconds since 1970)
   * nothing. Null: where the line ends now. Errors: `invalid_cursor`.
   */
  async since(tenant: TenantId, cursor: string | null, untilMs: number): Promise<DeliveriesSeen> {
    const { store, clock } = this.#ports;
    const seen = this.#feed.now(tenant);
    const look = async () => {
      const found = await store.deliveries.since(tenant, cursor, sinceMax);
      const rows = found.rows.map(({ delivery, cursor: at }) => ({ delivery: viewOf(delivery), cursor: at }));
      return { rows, cursor: found.cursor };
    };
    const first = await look();
    if (cursor === null || first.rows.length > 0 || untilMs <= clock.now()) return first;
    await this.#feed.next(tenant, seen, untilMs);
    return look();
  }

  /** Errors: `delivery_not_found`, `locked`. */
  async show(tenant: TenantId, id: DeliveryId): Promise<ShownDelivery> {
    const row = await this.#ports.store.deliveries.read(tenant, id);
    if (row === null) throw new DispatchedError("delivery_not_found", `there is no delivery ${id}`);
    return { ...viewOf(row), content: openDelivery(this.#ports.vault, row) };
  }

  /** One transaction after the other: what comes during one is the next. */
  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, batchMax);
      try {
        await this.#put(batch);
      } catch (error) {
        // What it tells of stands already: nothing was written, so that it may be tried again.
        const isAgain = error instanceof DispatchedError && error.code === "store_rolled_back";
        for (const pending of batch) isAgain ? this.#queue(pending, error) : pending.reject(error);
      }
    }
    this.#isWriting = false;
  }

  async #put(batch: readonly Pending[]): Promise<void> {
    const ready = batch.flatMap((pending) => this.#sealed(pending));
    const rows = ready.map(({ row }) => row);
    const results = await this.#ports.store.deliveries.put(rows, bounds);
    for (const [at, { pending }] of ready.entries()) {
      if (results[at] === "put") pending.resolve();
      else await this.#again(pending);
    }
  }

  /** One that cannot be sealed holds up no other. */
  #sealed(pending: Pending): readonly { readonly pending: Pending; readonly row: DeliveryRow }[] {
    const { row, content } = pending;
    try {
      return [{ pending, row: { ...row, ...sealDelivery(this.#ports.vault, row, content) } }];
    } catch (error) {
      pending.reject(error);
      return [];
    }
  }

  /** Its tenant's key was rotated: it is sealed to the present one. */
  async #again(pending: Pending): Promise<void> {
    try {
      await followKey(this.#ports, pending.row.tenant);
      this.#queue(pending, keyRotated());
    } catch (error) {
      pending.reject(error);
    }
  }

  #queue(pending: Pending, error: unknown): void {
    const tries = pending.tries + 1;
    if (tries === triesMax) pending.reject(error);
    else this.#pending.push({ ...pending, tries });
  }
}

function viewOf({ tenant: _tenant, ...delivery }: UnsealedDelivery & Partial<SeenDelivery>): DeliveryView {
  const { key: _key, sealed: _sealed, ...view } = delivery;
  return view;
}
