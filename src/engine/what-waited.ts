// What had waited for somebody of a tenant to sign in, counted as it is set going.

import type { Clock } from "../ports/clock.ts";
import type { TenantId } from "../value/id.ts";

/** As it stands at the moment: what waited is set going one after the other. */
export interface WhatWaited extends WaitedCount {
  /** Items that are still to be judged. */
  readonly waiting: number;
}

export interface WaitedCount {
  /** When the tenant was opened here. */
  readonly openedAt: number;
  /** Of the inbox: judged so far, those that were rejected included. */
  readonly items: number;
  readonly rejected: number;
  /** Runs that the engine could not open alone, and that go on now. */
  readonly runs: number;
  /** When the first of them came, or was due; null where that is not known of any. */
  readonly oldestAt: number | null;
}

/** Tenants remembered; beyond it those that were opened first are forgotten. */
const tenantsMax = 1_000;

export class WaitedCounts {
  readonly #clock: Clock;
  readonly #counts = new Map<TenantId, WaitedCount>();
  /** Tenants of whom an item is being judged: it may be settled, and not counted yet. */
  readonly #judging = new Map<TenantId, PromiseWithResolvers<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody of the tenant has signed in here, where nobody was. */
  opened(tenant: TenantId): void {
    this.#counts.delete(tenant);
    this.#counts.set(tenant, { openedAt: this.#clock.now(), items: 0, rejected: 0, runs: 0, oldestAt: null });
    const [first] = this.#counts.keys();
    if (this.#counts.size > tenantsMax && first !== undefined) this.#counts.delete(first);
  }

  judging(tenant: TenantId): void {
    this.#judging.set(tenant, Promise.withResolvers());
  }

  judged(tenant: TenantId): void {
    this.#judging.get(tenant)?.resolve();
    this.#judging.delete(tenant);
  }

  /** Resolves when the item that is being judged has been; null when none is. */
  underWay(tenant: TenantId): Promise<void> | null {
    return this.#judging.get(tenant)?.promise ?? null;
  }

  /** @param since when it came */
  item(tenant: TenantId, since: number, rejected: boolean): void {
    this.#add(tenant, since, (count) => ({
      items: count.items + 1,
      rejected: count.rejected + (rejected ? 1 : 0),
    }));
  }

  /** @param since when it was due; null: the engine had it, and could not open it */
  run(tenant: TenantId, since: number | null): void {
    this.#add(tenant, since, ({ runs }) => ({ runs: runs + 1 }));
  }

  /** Null when the tenant was not opened here. */
  of(tenant: TenantId): WaitedCount | null {
    return this.#counts.get(tenant) ?? null;
  }

  /** What came later did not wait for this. */
  #add(tenant: TenantId, since: number | null, more: (count: WaitedCount) => Partial<WaitedCount>): void {
    const count = this.#counts.get(tenant);
    if (count === undefined || (since !== null && since >= count.openedAt)) return;
    const oldestAt = since === null ? count.oldestAt : Math.min(since, count.oldestAt ?? since);
    this.#counts.set(tenant, { ...count, ...more(count), oldestAt });
  }
}
