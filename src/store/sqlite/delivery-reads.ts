// Reads of deliveries, each with what became of its item of the inbox.

import type { Database } from "better-sqlite3";
import type {
  DeliveriesSince,
  DeliveryState,
  SeenDelivery,
  UnsealedDelivery,
} from "../../ports/delivery-store.ts";
import type { Page } from "../../ports/store.ts";
import type { DeliveryId, HookId, ItemId, RunId, TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor, numberOfCursor } from "../cursor.ts";
import { prepareOwner } from "./deleted-tenants.ts";
import { bytes } from "./rows.ts";

interface SqlUnsealed {
  readonly no: number;
  readonly tenant: string;
  readonly id: string;
  readonly hook: string;
  readonly received_at: number;
  readonly expires_at: number;
  readonly state: DeliveryState;
  readonly run: string | null;
  readonly item: string | null;
  readonly repeated: number;
  readonly reason: string | null;
  readonly replay_of: string | null;
}

interface SqlDelivery extends SqlUnsealed {
  readonly key: Uint8Array;
  readonly sealed: Uint8Array;
}

const stateOf = `CASE WHEN d.refused THEN 'refused' WHEN d.run IS NOT NULL THEN 'started'
  WHEN d.item IS NULL THEN 'answered' ELSE coalesce(i.state, 'expired') END`;
const seenColumns = `d.no, d.tenant, d.id, d.hook, d.received_at, d.expires_at, d.item, d.repeated, d.replay_of,
    coalesce(d.run, i.run) AS run, coalesce(d.reason, i.reason) AS reason,
    ${stateOf} AS state`;
const deliveries = "FROM delivery AS d LEFT JOIN inbox AS i ON i.tenant = d.tenant AND i.id = d.item";

/** Those taken and those refused lie apart: each is read in its order, no further than a page. */
function lane(refused: 0 | 1): string {
  return `SELECT * FROM (SELECT ${seenColumns} ${deliveries} WHERE d.tenant = @tenant AND d.hook = @hook AND d.refused = ${refused}
      AND d.no < @before AND (@states IS NULL OR ${stateOf} IN (SELECT value FROM json_each(@states)))
    ORDER BY d.no DESC LIMIT @limit)`;
}

/**
 * Of each hook both lanes are read from the cursor on, no further than a page; then what is told of those that come first. The
 * order of the joins is fixed: from the deliveries on, all of a tenant would be looked at whenever one comes.
 */
const since = `WITH page AS MATERIALIZED (
    SELECT d.no AS no FROM delivery_count AS c CROSS JOIN delivery AS d
    WHERE c.tenant = @tenant AND c.kept > 0 AND d.no IN (
      SELECT l.no FROM delivery AS l INDEXED BY delivery_line
      WHERE l.tenant = c.tenant AND l.hook = c.hook AND l.refused = c.refused AND l.no > @after
      ORDER BY l.no LIMIT @limit)
    ORDER BY d.no LIMIT @limit)
  SELECT ${seenColumns} FROM page AS p CROSS JOIN delivery AS d ON d.no = p.no
    LEFT JOIN inbox AS i ON i.tenant = d.tenant AND i.id = d.item
  ORDER BY d.no`;

export class DeliveryReads {
  readonly #one;
  readonly #page;
  readonly #since;
  readonly #end;
  readonly #owner: (tenant: TenantId) => TenantId;

  constructor(database: Database) {
    this.#owner = prepareOwner(database);
    this.#one = database.prepare<[TenantId, DeliveryId], SqlDelivery>(
      `SELECT ${seenColumns}, d.key, d.sealed ${deliveries} WHERE d.tenant = ? AND d.id = ?`,
    );
    this.#page = database.prepare<object, SqlUnsealed>(
      `${lane(0)} UNION ALL ${lane(1)} ORDER BY no DESC LIMIT @limit`,
    );
    this.#since = database.prepare<object, SqlUnsealed>(since);
    this.#end = database.prepare<[], { readonly no: number | null }>("SELECT max(no) AS no FROM delivery");
  }

  since(tenant: TenantId, cursor: string | null, limit: number): DeliveriesSince {
    if (cursor === null) return { rows: [], cursor: cursorOf(this.#end.get()?.no ?? 0) };
    const after = numberOfCursor(cursor);
    const found = this.#since.all({ tenant: this.#owner(tenant), after, limit });
    const rows = found.map((row) => ({ delivery: unsealedOf(row), cursor: cursorOf(row.no) }));
    return { rows, cursor: rows.at(-1)?.cursor ?? cursor };
  }

  one(tenant: TenantId, id: DeliveryId): SeenDelivery | null {
    const row = this.#one.get(this.#owner(tenant), id);
    return row === undefined ? null : deliveryOf(row);
  }

  page(
    tenant: TenantId,
    hook: HookId,
    states: readonly DeliveryState[] | null,
    cursor: string | null,
    limit: number,
  ): Page<UnsealedDelivery> {
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(cursor, 1)[0]);
    const wanted = states === null ? null : JSON.stringify(states);
    const found = this.#page.all({
      tenant: this.#owner(tenant),
      hook,
      states: wanted,
      before,
      limit: limit + 1,
    });
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const next = found.length > limit && last !== undefined ? cursorOf(last.no) : null;
    return { rows: shown.map(unsealedOf), next };
  }
}

function cursorOf(no: number): string {
  return encodeCursor([String(no)]);
}

function deliveryOf(row: SqlDelivery): SeenDelivery {
  return { ...unsealedOf(row), key: bytes(row.key), sealed: bytes(row.sealed) };
}

function unsealedOf(row: SqlUnsealed): UnsealedDelivery {
  return {
    tenant: row.tenant as TenantId,
    id: row.id as DeliveryId,
    hook: row.hook as HookId,
    receivedAt: row.received_at,
    expiresAt: row.expires_at,
    run: row.run as RunId | null,
    item: row.item as ItemId | null,
    repeated: row.repeated === 1,
    reason: row.reason,
    replayOf: row.replay_of as DeliveryId | null,
    state: row.state,
  };
}
