// The deliveries of the memory store.

import {
  type DeliveriesSince,
  type DeliveryBounds,
  type DeliveryRow,
  type DeliveryState,
  type DeliveryStore,
  deliveriesDroppedMax,
  type SeenDelivery,
  type UnsealedDelivery,
} from "../../ports/delivery-store.ts";
import type { Page } from "../../ports/store.ts";
import type { DeliveryId, HookId, TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor, numberOfCursor } from "../cursor.ts";
import { takesKey } from "./memory-keys.ts";
import type { MemoryTables } from "./memory-tables.ts";

export interface NumberedDelivery extends DeliveryRow {
  readonly no: number;
}

export class MemoryDeliveries implements DeliveryStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async put(rows: readonly DeliveryRow[], bounds: DeliveryBounds): Promise<readonly ("put" | "stale_key")[]> {
    return rows.map((row) => {
      if (!takesKey(this.#tables, row.tenant, row.key)) return "stale_key";
      const no = ++this.#tables.lastDelivery;
      this.#tables.deliveries.set(`${row.tenant}/${row.id}`, { ...row, no });
      this.#keepWithin(row, bounds);
      return "put";
    });
  }

  async read(tenant: TenantId, id: DeliveryId): Promise<SeenDelivery | null> {
    const row = this.#tables.deliveries.get(`${tenant}/${id}`);
    return row === undefined ? null : this.#seen(row);
  }

  async list(
    tenant: TenantId,
    hook: HookId,
    states: readonly DeliveryState[] | null,
    cursor: string | null,
    limit: number,
  ): Promise<Page<UnsealedDelivery>> {
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(cursor, 1)[0]);
    const found = [...this.#tables.deliveries.values()]
      .filter((row) => row.tenant === tenant && row.hook === hook && row.no < before)
      .filter((row) => states === null || states.includes(this.#seen(row).state))
      .sort((a, b) => b.no - a.no);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const next = found.length > limit && last !== undefined ? cursorOf(last.no) : null;
    return { rows: shown.map((row) => this.#unsealed(row)), next };
  }

  async since(tenant: TenantId, cursor: string | null, limit: number): Promise<DeliveriesSince> {
    if (cursor === null) return { rows: [], cursor: cursorOf(this.#tables.lastDelivery) };
    const after = numberOfCursor(cursor);
    const rows = [...this.#tables.deliveries.values()]
      .filter((row) => row.tenant === tenant && row.no > after)
      .sort((a, b) => a.no - b.no)
      .slice(0, limit)
      .map((row) => ({ delivery: this.#unsealed(row), cursor: cursorOf(row.no) }));
    return { rows, cursor: rows.at(-1)?.cursor ?? cursor };
  }

  async drop(now: number, limit: number): Promise<number> {
    const due = [...this.#tables.deliveries].filter(([, { expiresAt }]) => expiresAt <= now).slice(0, limit);
    for (const [name] of due) this.#tables.deliveries.delete(name);
    return due.length;
  }

  #unsealed(row: NumberedDelivery): UnsealedDelivery {
    const { key: _key, sealed: _sealed, ...delivery } = this.#seen(row);
    return delivery;
  }

  #seen({ no: _no, ...row }: NumberedDelivery): SeenDelivery {
    if (row.reason !== null) return { ...row, state: "refused" };
    if (row.run !== null) return { ...row, state: "started" };
    if (row.item === null) return { ...row, state: "answered" };
    const item = this.#tables.inbox.get(`${row.tenant}/${row.item}`);
    const { state = "expired", run = null, reason = null } = item ?? {};
    return { ...row, run, reason, state };
  }

  #keepWithin({ tenant, hook, reason }: DeliveryRow, { accepted, refused, bytes }: DeliveryBounds): void {
    const { deliveries } = this.#tables;
    const lane = [...deliveries].filter(
      ([, row]) => row.tenant === tenant && row.hook === hook && (row.reason === null) === (reason === null),
    );
    let [kept, size] = [lane.length, lane.reduce((sum, [, { sealed }]) => sum + sealed.length, 0)];
    for (const [name, { sealed }] of lane.slice(0, deliveriesDroppedMax)) {
      if (kept <= (reason === null ? accepted : refused) && size <= bytes) return;
      deliveries.delete(name);
      kept--;
      size -= sealed.length;
    }
  }
}

function cursorOf(no: number): string {
  return encodeCursor([String(no)]);
}
