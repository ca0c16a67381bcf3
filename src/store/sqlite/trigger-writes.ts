// Writes of triggers: those of a workflow's highest version, and where the cron triggers stand.

import type { Database } from "better-sqlite3";
import type { DefinitionRow, TriggerRow } from "../../ports/store.ts";

export interface TriggerWrites {
  /**
   * Nothing, when the definition is not the highest version. A cron trigger with a due time of before this moment stays
   * for it.
   */
  replace(definition: DefinitionRow, triggers: readonly TriggerRow[]): void;
  /** Ends all of a workflow, also those that still have a due time. */
  end(tenant: string, workflow: Uint8Array): void;
  move(row: TriggerRow, nextAt: number | null, scheduledAt: number | null): boolean;
}

export function prepareTriggers(database: Database): TriggerWrites {
  const higher = database
    .prepare<[string, Uint8Array, number]>(
      "SELECT 1 FROM definition WHERE tenant = ? AND name = ? AND version > ? LIMIT 1",
    )
    .pluck();
  const remove = database.prepare(
    `DELETE FROM workflow_trigger
     WHERE tenant = ? AND workflow = ? AND until IS NULL AND (scheduled_at IS NULL OR scheduled_at > ?)`,
  );
  const leave = database.prepare(
    "UPDATE workflow_trigger SET until = ? WHERE tenant = ? AND workflow = ? AND until IS NULL",
  );
  const removeAll = database.prepare("DELETE FROM workflow_trigger WHERE tenant = ? AND workflow = ?");
  const insert = database.prepare(
    `INSERT INTO workflow_trigger
       (tenant, workflow, place, version, sealed, kind, topic, schedule, next_at, scheduled_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const removeOver = database.prepare(
    `DELETE FROM workflow_trigger
     WHERE tenant = ? AND workflow = ? AND place = ? AND version = ?
       AND until IS NOT NULL AND (scheduled_at IS NULL OR scheduled_at > until)`,
  );
  const move = database.prepare(
    `UPDATE workflow_trigger SET next_at = ?, scheduled_at = ?
     WHERE tenant = ? AND workflow = ? AND place = ? AND version = ? AND next_at IS ?`,
  );

  return {
    replace({ tenant, name, version, createdAt }, triggers) {
      if (higher.get(tenant, name, version) !== undefined) return;
      remove.run(tenant, name, createdAt);
      leave.run(createdAt, tenant, name);
      for (const row of triggers) {
        const { workflow, place, sealed, kind, topic, schedule, nextAt, scheduledAt } = row;
        const { tenant: owner, version: own } = row;
        insert.run(owner, workflow, place, own, sealed, kind, topic, schedule, nextAt, scheduledAt);
      }
    },
    end: (tenant, workflow) => void removeAll.run(tenant, workflow),
    move({ tenant, workflow, place, version, nextAt: from }, nextAt, scheduledAt) {
      const moved = move.run(nextAt, scheduledAt, tenant, workflow, place, version, from).changes === 1;
      if (moved) removeOver.run(tenant, workflow, place, version);
      return moved;
    },
  };
}
