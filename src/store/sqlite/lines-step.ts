// Step 11 of the schema of the SQLite store: the line of each tenant's events, and what is overdue though a node left it behind.

/**
 * `incoming_line`: events that are not settled, by tenant: those of one that has many were on the way to those of others.
 * `head_overdue` was without the runs that a node let go while something of them was under way: those have an owner below 0.
 */
export const linesStep = `
  CREATE INDEX incoming_line ON incoming (tenant, received_at) WHERE settled = 0;

  DROP INDEX head_overdue;
  CREATE INDEX head_overdue ON head (tenant, due_at, created_at, status, workflow) WHERE owner <= 0 AND due_at IS NOT NULL;
  `;
