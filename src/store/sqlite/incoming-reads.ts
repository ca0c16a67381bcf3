// Reads of the events that came in: the oldest first, and in the order of their arrival when they came at the same time.

import type { Database } from "better-sqlite3";
import { unsettledBytesMax } from "../../ports/record-rows.ts";
import type { IncomingRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { firstBytes } from "../first-bytes.ts";
import { isNotLeaving } from "./deleted-tenants.ts";
import { incomingOf, type SqlIncoming } from "./rows.ts";

/** Of so many of the oldest one will do, mostly. When none does, it goes from tenant to tenant, past all that each has. */
const oldestMax = 256;

interface Place {
  readonly no: number;
  readonly at: number;
}

interface Wanted {
  /** JSON list of the ids of tenants. */
  readonly past: string;
  readonly limit: number;
}

export class IncomingReads {
  readonly #statements;

  constructor(database: Database) {
    this.#statements = prepareStatements(database);
  }

  ofTopic(tenant: number, topic: Uint8Array, sinceMs: number, limit: number): readonly IncomingRow[] {
    return this.#statements.ofTopic.all(tenant, topic, sinceMs, limit).map(incomingOf);
  }

  unsettled(limit: number, past: readonly TenantId[]): readonly IncomingRow[] {
    const wanted = { past: JSON.stringify(past), limit };
    const oldest = this.#statements.oldest.all(wanted);
    const places = oldest.length > 0 ? oldest : this.#ofLines(wanted);
    return firstBytes(this.#rowsAt(places), unsettledBytesMax);
  }

  /** No more tenants than places are wanted: whatever is among the oldest is of those whose own oldest are. */
  #ofLines(wanted: Wanted): readonly Place[] {
    const { tenants, ofTenant } = this.#statements;
    return tenants
      .all(wanted)
      .flatMap((tenant) => ofTenant.all(tenant as number, wanted.limit))
      .sort((a, b) => a.at - b.at || a.no - b.no)
      .slice(0, wanted.limit);
  }

  *#rowsAt(places: readonly Place[]): Iterable<IncomingRow> {
    for (const { no } of places) {
      const row = this.#statements.row.get(no);
      if (row !== undefined) yield incomingOf(row);
    }
  }
}

const ofOpen = "FROM incoming INDEXED BY incoming_line WHERE settled = 0";

function prepareStatements(database: Database) {
  const columns = "t.id AS tenant, i.id, i.topics, i.received_at, i.key, i.live, i.sealed";
  const isWanted = `tenant NOT IN (SELECT no FROM tenant WHERE id IN (SELECT value FROM json_each(@past)))
    AND ${isNotLeaving("tenant")}`;
  return {
    ofTopic: database.prepare<[number, Uint8Array, number, number], SqlIncoming>(
      `SELECT ${columns} FROM incoming_topic AS o CROSS JOIN incoming AS i ON i.no = o.event
         CROSS JOIN tenant AS t ON t.no = i.tenant
       WHERE o.tenant = ? AND o.topic = ? AND o.received_at >= ? ORDER BY o.received_at, o.event LIMIT ?`,
    ),
    oldest: database.prepare<Wanted, Place>(
      `SELECT no, at FROM (SELECT no, received_at AS at, tenant FROM incoming INDEXED BY incoming_open
         WHERE settled = 0 ORDER BY received_at, no LIMIT ${oldestMax})
       WHERE ${isWanted} LIMIT @limit`,
    ),
    tenants: database
      .prepare<Wanted, number>(
        `WITH RECURSIVE line (tenant) AS (
             SELECT min(tenant) ${ofOpen}
           UNION ALL SELECT (SELECT min(tenant) ${ofOpen} AND tenant > line.tenant) FROM line
             WHERE line.tenant IS NOT NULL)
         SELECT tenant FROM line WHERE tenant IS NOT NULL AND ${isWanted}
         ORDER BY (SELECT min(received_at) ${ofOpen} AND tenant = line.tenant) LIMIT @limit`,
      )
      .pluck(),
    ofTenant: database.prepare<[number, number], Place>(
      `SELECT no, received_at AS at ${ofOpen} AND tenant = ? ORDER BY received_at, no LIMIT ?`,
    ),
    row: database.prepare<[number], SqlIncoming>(
      `SELECT ${columns} FROM incoming AS i CROSS JOIN tenant AS t ON t.no = i.tenant WHERE i.no = ?`,
    ),
  };
}
