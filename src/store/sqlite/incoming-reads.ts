// Reads of the events that came in: the oldest first, and in the order of their arrival when they came at the same time.

import type { Database } from "better-sqlite3";
import type { IncomingRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { isNotLeaving } from "./deleted-tenants.ts";
import { incomingOf, type SqlIncoming } from "./rows.ts";

export class IncomingReads {
  readonly #statements;

  constructor(database: Database) {
    this.#statements = prepareStatements(database);
  }

  ofTopic(tenant: number, topic: Uint8Array, sinceMs: number, limit: number): readonly IncomingRow[] {
    return this.#statements.ofTopic.all(tenant, topic, sinceMs, limit).map(incomingOf);
  }

  unsettled(limit: number, past: readonly TenantId[]): readonly IncomingRow[] {
    return this.#statements.unsettled.all(JSON.stringify(past), limit).map(incomingOf);
  }
}

function prepareStatements(database: Database) {
  const columns = "t.id AS tenant, i.id, i.topics, i.received_at, i.key, i.live, i.sealed";
  return {
    ofTopic: database.prepare<[number, Uint8Array, number, number], SqlIncoming>(
      `SELECT ${columns} FROM incoming_topic AS o CROSS JOIN incoming AS i ON i.no = o.event
         CROSS JOIN tenant AS t ON t.no = i.tenant
       WHERE o.tenant = ? AND o.topic = ? AND o.received_at >= ? ORDER BY o.received_at, o.event LIMIT ?`,
    ),
    unsettled: database.prepare<[string, number], SqlIncoming>(
      `SELECT ${columns} FROM incoming AS i INDEXED BY incoming_open CROSS JOIN tenant AS t ON t.no = i.tenant
       WHERE i.settled = 0 AND t.id NOT IN (SELECT value FROM json_each(?)) AND ${isNotLeaving("i.tenant")}
       ORDER BY i.received_at, i.no LIMIT ?`,
    ),
  };
}
