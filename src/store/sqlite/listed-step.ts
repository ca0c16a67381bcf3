// Step 6 of the schema of the SQLite store: runs by all that a list asks together, what is overdue by tenant, items by state and hook.

/** Of kinds, 0 to 5 are places in `doings`; 6 is how a run ended badly, and -1 nothing of both. */
const insertLabelled = `
  WITH kinds (kind) AS (VALUES (-1), (0), (1), (2), (3), (4), (5), (6)), ways (own) AS (VALUES (0), (1))
  INSERT INTO listed (tenant, what, label, workflow, status, created_at, run)
  SELECT l.tenant, CASE kind WHEN -1 THEN x'' WHEN 6 THEN h.failure ELSE unhex(printf('%02x', kind)) END,
    l.label, iif(own, h.workflow, x''), l.status, l.created_at, l.run
  FROM label AS l CROSS JOIN head AS h ON h.no = l.run CROSS JOIN kinds CROSS JOIN ways
  WHERE kind = -1 OR (kind = 6 AND h.failure IS NOT NULL) OR (h.doing >> kind) & 1`;

/**
 * `listed` takes the place of `doing`, whose rows did not say the status, and of `label`, whose rows said neither the workflow
 * nor what a run does: who asked for two of them had all runs of one looked at.
 */
export const listedStep = `
  CREATE TABLE listed (
    tenant INTEGER NOT NULL,
    what BLOB NOT NULL,
    label BLOB NOT NULL,
    workflow BLOB NOT NULL,
    status INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (tenant, what, label, workflow, status, created_at, run)
  ) STRICT, WITHOUT ROWID;
  ${insertLabelled};
  INSERT INTO listed (tenant, what, label, workflow, status, created_at, run)
    SELECT d.tenant, unhex(printf('%02x', d.kind)), x'', d.workflow, h.status, d.created_at, d.run
    FROM doing AS d CROSS JOIN head AS h ON h.no = d.run;
  INSERT INTO listed (tenant, what, label, workflow, status, created_at, run)
    SELECT f.tenant, f.failure, x'', iif(own, h.workflow, x''), h.status, f.created_at, f.run
    FROM failure AS f CROSS JOIN head AS h ON h.no = f.run CROSS JOIN (SELECT 0 AS own UNION ALL SELECT 1);
  DROP TABLE doing;
  DROP TABLE label;
  CREATE INDEX head_overdue ON head (tenant, due_at, created_at, status, workflow) WHERE owner = 0 AND due_at IS NOT NULL;

  CREATE INDEX inbox_state ON inbox (tenant, state, no);
  CREATE INDEX inbox_hook ON inbox (tenant, hook, state, no) WHERE hook IS NOT NULL;
  CREATE INDEX standing_grant_live ON standing_grant (substr(live, 2, 8)) WHERE live IS NOT NULL;
  `;
