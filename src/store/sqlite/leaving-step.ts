// Step 10 of the schema of the SQLite store: tenants that are removed some rows at a time, and live events by what they are of.

/**
 * The column of `leaving_tenant` is no `tenant`: a row stays until everything else of its tenant is gone.
 * `incoming_topic_live`: by the first topic, a keyed hash of 16 bytes behind its length. All live events were looked at to find
 * those that nothing names any more.
 */
export const leavingStep = `
  CREATE TABLE leaving_tenant (
    no INTEGER PRIMARY KEY
  ) STRICT;

  CREATE INDEX incoming_topic_live ON incoming (tenant, substr(topics, 1, 17)) WHERE live IS NOT NULL;
  `;
