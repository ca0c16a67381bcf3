// Reads of triggers.

import type { Database } from "better-sqlite3";
import type { Page, TriggerRow } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { hex } from "../hex.ts";
import { type SqlTrigger, triggerOf } from "./rows.ts";

export class TriggerReads {
  readonly #statements;

  constructor(database: Database) {
    this.#statements = prepareStatements(database);
  }

  /** In the order of their workflows and places. */
  all(tenant: TenantId, cursor: string | null, limit: number): Page<TriggerRow> {
    const [workflow, place] = cursor === null ? ["", "-1"] : decodeCursor(cursor, 2);
    const after = Buffer.from(workflow as string, "hex");
    const found = this.#statements.all.all(tenant, after, Number(place), limit + 1).map(triggerOf);
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const more = found.length > limit && last !== undefined;
    return { rows, next: more ? encodeCursor([hex(last.workflow), String(last.place)]) : null };
  }

  ofTopic(tenant: TenantId, topic: Uint8Array): readonly TriggerRow[] {
    return this.#statements.ofTopic.all(tenant, topic).map(triggerOf);
  }

  due(now: number, limit: number): readonly TriggerRow[] {
    return this.#statements.due.all(now, limit).map(triggerOf);
  }

  nextAt(): number | null {
    return this.#statements.nextAt.get() as number | null;
  }
}

function prepareStatements(database: Database) {
  return {
    all: database.prepare<[TenantId, Uint8Array, number, number], SqlTrigger>(
      `SELECT * FROM workflow_trigger WHERE tenant = ? AND (workflow, place) > (?, ?) AND until IS NULL
       ORDER BY workflow, place LIMIT ?`,
    ),
    ofTopic: database.prepare<[TenantId, Uint8Array], SqlTrigger>(
      `SELECT * FROM workflow_trigger INDEXED BY workflow_trigger_topic
       WHERE tenant = ? AND topic = ? AND topic IS NOT NULL ORDER BY workflow, place`,
    ),
    due: database.prepare<[number, number], SqlTrigger>(
      `SELECT * FROM workflow_trigger INDEXED BY workflow_trigger_next
       WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT ?`,
    ),
    nextAt: database
      .prepare(
        "SELECT min(next_at) FROM workflow_trigger INDEXED BY workflow_trigger_next WHERE next_at IS NOT NULL",
      )
      .pluck(),
  };
}
