// The schema of the SQLite store: numbered steps, forward only. A step that was released is never changed.

/**
 * - `run` is written once, `head` changes with every append: it is small, so that the heads of all runs in flight lie on
 *   a few pages.
 * - `event` is filled in the order of the appends: its pages are full and few are touched by a commit.
 * - A run is named by its tenant and id; within the database it goes by a number, which keeps the indexes small.
 * - `owner` is the fence of the lease that holds a run, 0 for none. `status` is the place in `runStatuses`.
 * - Lists go by (created_at, no) within equal columns before; a label's rows carry the status for the same reason.
 */
export const schema: readonly string[] = [
  `
  CREATE TABLE lease (
    fence INTEGER PRIMARY KEY AUTOINCREMENT,
    node TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE tenant (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE run (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    key BLOB NOT NULL,
    card BLOB NOT NULL,
    start_key BLOB
  ) STRICT;
  CREATE UNIQUE INDEX run_id ON run (tenant, id);
  CREATE UNIQUE INDEX run_start_key ON run (tenant, start_key) WHERE start_key IS NOT NULL;

  CREATE TABLE head (
    no INTEGER PRIMARY KEY,
    tenant INTEGER NOT NULL,
    workflow BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    due_at INTEGER,
    ended_at INTEGER,
    labels BLOB
  ) STRICT;
  CREATE INDEX head_due ON head (owner, due_at) WHERE owner <> 0 OR due_at IS NOT NULL;
  CREATE INDEX head_status ON head (tenant, status, created_at);
  CREATE INDEX head_workflow ON head (tenant, workflow, status, created_at);

  CREATE TABLE label (
    tenant INTEGER NOT NULL,
    label BLOB NOT NULL,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (tenant, label, status, created_at, run)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    no INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    summaries BLOB NOT NULL,
    sealed BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX event_run ON event (run, last_seq);

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
