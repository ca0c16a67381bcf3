// Step 10 of the schema of the SQLite store: tenants and runs that are removed some rows at a time, and live events by what they are of.

/**
 * `leaving_run`: was forgotten; it has no head any more, and its row goes when its events and bodies have gone.
 * The column of `leaving_tenant` is no `tenant`: a row stays until everything else of its tenant is gone.
 * `incoming_topic_live`: by the first topic, a keyed hash of 16 bytes behind its length. All live events were looked at to find
 * those that nothing names any more.
 * `version` of a head is that of its run, at least while that is live: to find one of a version all of a workflow were looked at.
 */
export const piecesStep = `
  CREATE TABLE leaving_tenant (
    no INTEGER PRIMARY KEY
  ) STRICT;
  CREATE TABLE leaving_run (
    no INTEGER PRIMARY KEY
  ) STRICT;

  CREATE INDEX incoming_topic_live ON incoming (tenant, substr(topics, 1, 17)) WHERE live IS NOT NULL;

  ALTER TABLE head ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
  UPDATE head INDEXED BY head_live SET version = (SELECT version FROM run WHERE no = head.no) WHERE live IS NOT NULL;
  DROP INDEX head_live;
  CREATE INDEX head_live ON head (substr(live, 2, 8), tenant, workflow, version) WHERE live IS NOT NULL;
  `;
