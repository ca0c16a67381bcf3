// Writes of deliveries: many in one transaction, with the oldest of their hook forgotten beyond its bounds.

import type { Database } from "better-sqlite3";
import { type DeliveryBounds, type DeliveryRow, deliveriesDroppedMax } from "../../ports/delivery-store.ts";
import type { KeyFence } from "./key-fence.ts";
import { doSome } from "./within-work.ts";

export interface DeliveryWrites {
  put(rows: readonly DeliveryRow[], bounds: DeliveryBounds): readonly ("put" | "stale_key")[];
  drop(now: number, limit: number): number;
}

/** A hook's deliveries that were taken, or those that were refused. */
interface Lane {
  readonly tenant: string;
  readonly hook: string;
  readonly refused: number;
}

interface Kept extends Lane {
  readonly no: number;
  readonly bytes: number;
}

export function prepareDeliveries(database: Database, fence: KeyFence): DeliveryWrites {
  const statements = prepareStatements(database);

  function forget({ no, tenant, hook, refused, bytes }: Kept): void {
    statements.delete.run(no);
    statements.count.run({ tenant, hook, refused, kept: -1, bytes: -bytes });
  }

  function keepWithin(
    { tenant, hook, refused }: Lane,
    { accepted, refused: most, bytes }: DeliveryBounds,
  ): void {
    const kept = refused === 1 ? most : accepted;
    for (let dropped = 0; dropped < deliveriesDroppedMax; dropped++) {
      if (statements.isBeyond.get(tenant, hook, refused, kept, bytes) === undefined) return;
      const oldest = statements.oldest.get(tenant, hook, refused);
      if (oldest === undefined) return;
      forget(oldest);
    }
  }

  return {
    put: (rows, bounds) =>
      rows.map((row) => {
        if (!fence(row.tenant, row.key)) return "stale_key";
        const lane: Lane = { tenant: row.tenant, hook: row.hook, refused: row.reason === null ? 0 : 1 };
        statements.insert.run({ ...row, refused: lane.refused, repeated: row.repeated ? 1 : 0 });
        statements.count.run({ ...lane, kept: 1, bytes: row.sealed.length });
        keepWithin(lane, bounds);
        return "put";
      }),
    drop(now, limit) {
      return doSome(statements.due.all(now, limit), limit, forget);
    },
  };
}

function prepareStatements(database: Database) {
  const kept = "no, tenant, hook, refused, length(sealed) AS bytes";
  return {
    insert: database.prepare(
      `INSERT INTO delivery (tenant, id, hook, refused, received_at, expires_at, run, item, repeated, reason, replay_of,
         key, sealed)
       VALUES (@tenant, @id, @hook, @refused, @receivedAt, @expiresAt, @run, @item, @repeated, @reason, @replayOf,
         @key, @sealed)`,
    ),
    count: database.prepare(
      `INSERT INTO delivery_count (tenant, hook, refused, kept, bytes) VALUES (@tenant, @hook, @refused, @kept, @bytes)
       ON CONFLICT (tenant, hook, refused) DO UPDATE SET kept = kept + excluded.kept, bytes = bytes + excluded.bytes`,
    ),
    isBeyond: database.prepare<[string, string, number, number, number]>(
      `SELECT 1 FROM delivery_count WHERE tenant = ? AND hook = ? AND refused = ? AND (kept > ? OR bytes > ?)`,
    ),
    oldest: database.prepare<[string, string, number], Kept>(
      `SELECT ${kept} FROM delivery INDEXED BY delivery_line WHERE tenant = ? AND hook = ? AND refused = ?
       ORDER BY no LIMIT 1`,
    ),
    due: database.prepare<[number, number], Kept>(
      `SELECT ${kept} FROM delivery INDEXED BY delivery_expires WHERE expires_at <= ? LIMIT ?`,
    ),
    delete: database.prepare<[number]>("DELETE FROM delivery WHERE no = ?"),
  };
}
