// No column that holds a data key is left out of rotations: every column of bytes says what it holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { keyKinds } from "../../ports/key-store.ts";
import { keyTables } from "./key-tables.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";

/** Bytes that are no data key of a tenant. A new column belongs here only if nothing wrapped for a tenant is in it. */
const others: Readonly<Record<string, readonly string[]>> = {
  hash: [
    ...[
      "run.start_key",
      "head.workflow",
      "listed.label",
      "listed.what",
      "listed.workflow",
      "definition.name",
      "definition.content",
    ],
    ...["secret.name", "awaited.topic", "slot.key", "workflow_trigger.workflow", "workflow_trigger.topic"],
    ...[
      "incoming.id",
      "incoming.topics",
      "incoming_topic.topic",
      "session.token",
      "session.parent",
      "inbox.once",
    ],
    ...[
      "inbox.workflow",
      "inbox.event",
      "hook.token",
      "hook.code",
      "hook.workflow",
      "standing_grant.workflow",
    ],
    ...["head.labels", "definition.names", "standing_grant.names"],
    ...[
      "head.failure",
      "failure.failure",
      "failure_group.failure",
      "failure_group.workflow",
      "outcome.workflow",
      "deleted_workflow.name",
      "bulk.begun_by",
      "bulk.asked",
    ],
  ],
  id: ["run.id", "run.root", "forgotten_root.root", "epoch.key_id", "bulk_run.run", "bulk_run.created"],
  plain: ["event.summaries", "audit.body", "audit.mac", "rotation.marks"],
  account: [
    ...["public_key", "seal_key", "check_code", "api_key", "code", "recovery_key", "recovery_sealed"].map(
      (column) => `account.${column}`,
    ),
    // Under the engine's key, and the tenant's.
    ...["session.sealed", "rotation.previous"],
  ],
  // By data keys that stand elsewhere in the row, or in that of its run.
  sealed: [
    ...["run.card", "event.sealed", "chunk.sealed", "definition.sealed", "secret.sealed", "incoming.sealed"],
    ...["inbox.sealed", "hook.sealed", "delivery.sealed", "standing_grant.sealed", "audit.sealed"],
  ],
  // Data keys, wrapped for the engine: those of epochs.
  live: ["head.live", "definition.live", "secret.live", "incoming.live", "standing_grant.live"],
};

function columnsOfBytes(): readonly string[] {
  const database = new Database(":memory:");
  migrate(database, schema);
  const columns = database
    .prepare<[], string>(
      `SELECT t.name || '.' || c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.type NOT IN ('TEXT', 'INTEGER')`,
    )
    .pluck()
    .all();
  database.close();
  return columns;
}

test("every column of bytes is the key of a kind, or is known to be none", () => {
  const keys = new Set(keyTables.map(({ table, key }) => `${table}.${key}`));
  const known = Object.values(others).flat();
  assert.deepEqual(
    known.filter((column) => keys.has(column)),
    [],
    "both",
  );
  assert.deepEqual([...new Set([...known, ...keys])].sort(), [...columnsOfBytes()].sort());
});

test("every kind has its table, in their order", () => {
  assert.deepEqual(
    keyTables.map(({ kind }) => kind),
    keyKinds,
  );
});
