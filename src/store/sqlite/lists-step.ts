// Step 5 of the schema of the SQLite store: groups of failures, counts of outcomes, deleted workflows, actions on many runs, bytes of the inbox.

export const listsStep = `
  ALTER TABLE head ADD COLUMN failure BLOB;
  CREATE TABLE failure (
    tenant INTEGER NOT NULL,
    failure BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant, failure, created_at, run)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX failure_ended ON failure (tenant, failure, ended_at);
  CREATE TABLE failure_group (
    tenant INTEGER NOT NULL,
    failure BLOB NOT NULL,
    workflow BLOB NOT NULL,
    runs INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, failure)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX failure_group_last ON failure_group (tenant, last_at, failure);
  CREATE INDEX failure_group_workflow ON failure_group (tenant, workflow, last_at, failure);

  CREATE TABLE outcome (
    tenant INTEGER NOT NULL,
    workflow BLOB NOT NULL,
    hour INTEGER NOT NULL,
    status INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    PRIMARY KEY (tenant, workflow, hour, status)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outcome_hour ON outcome (hour);

  CREATE TABLE deleted_workflow (
    tenant TEXT NOT NULL,
    name BLOB NOT NULL,
    deleted_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE bulk (
    no INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    owner INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX bulk_id ON bulk (tenant, id);
  CREATE INDEX bulk_running ON bulk (tenant) WHERE state = 'running';
  CREATE INDEX bulk_ended ON bulk (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE bulk_run (
    bulk INTEGER NOT NULL,
    place INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    run BLOB NOT NULL,
    done INTEGER NOT NULL,
    code TEXT,
    created BLOB,
    PRIMARY KEY (bulk, place)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE inbox_count ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  UPDATE inbox_count SET bytes =
    (SELECT coalesce(sum(length(sealed)), 0) FROM inbox
     WHERE inbox.tenant = inbox_count.tenant AND coalesce(inbox.hook, '') = inbox_count.hook AND state = 'waiting');
  CREATE TABLE inbox_bytes (
    tenant TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO inbox_bytes (tenant, bytes) SELECT tenant, sum(bytes) FROM inbox_count GROUP BY tenant;
  `;
