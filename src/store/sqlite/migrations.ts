// The schema of the SQLite store: numbered steps, forward only. A step that was released is never changed.

import type { Database } from "better-sqlite3";
import { DispatchedError } from "../../value/problem.ts";

/**
 * Primary keys begin with the tenant. `owner` is the fence of the lease that holds a run, 0 for none. Ids of runs sort by
 * their time of creation, so lists go by them. `status` is the place in `runStatuses`.
 */
const schema: readonly string[] = [
  `
  CREATE TABLE lease (
    fence INTEGER PRIMARY KEY AUTOINCREMENT,
    node TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE run (
    tenant TEXT NOT NULL,
    run TEXT NOT NULL,
    status INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    due_at INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    last_seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    workflow BLOB NOT NULL,
    key BLOB NOT NULL,
    card BLOB NOT NULL,
    start_key BLOB,
    PRIMARY KEY (tenant, run)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX run_due ON run (owner, due_at) WHERE owner <> 0 OR due_at IS NOT NULL;
  CREATE UNIQUE INDEX run_start_key ON run (tenant, start_key) WHERE start_key IS NOT NULL;
  CREATE INDEX run_workflow ON run (tenant, workflow, run);
  CREATE INDEX run_status ON run (tenant, status, run);

  CREATE TABLE run_label (
    tenant TEXT NOT NULL,
    label BLOB NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (tenant, label, run)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    tenant TEXT NOT NULL,
    run TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    summaries TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (tenant, run, first_seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE definition (
    tenant TEXT NOT NULL,
    name BLOB NOT NULL,
    version INTEGER NOT NULL,
    content BLOB NOT NULL,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, version)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE secret (
    tenant TEXT NOT NULL,
    name BLOB NOT NULL,
    version INTEGER NOT NULL,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings the schema up to date, each step in a transaction; its version is the number of steps that it has seen.
 * Errors: `invalid_configuration` (a newer version of Dispatched wrote it).
 */
export function migrate(database: Database, steps: readonly string[] = schema): void {
  const version = database.pragma("user_version", { simple: true }) as number;
  if (version > steps.length) {
    throw new DispatchedError(
      "invalid_configuration",
      `the data was written by a newer version of Dispatched (schema ${version}; this one knows ${steps.length})`,
      { hint: "run that version, or name another data folder" },
    );
  }
  steps.slice(version).forEach((step, index) => {
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
}
