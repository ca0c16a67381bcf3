// Step 8 of the schema of the SQLite store: what the engine looks for again and again is found without looking at what stays.

/**
 * `head_over` held the children of all roots that are there, and runs that others keep: each look for what is over went past
 * them. They have `stays` now, until their root is forgotten (`forgotten_root` leads to them) or nobody keeps them.
 * `head_due` and `head_poked` did not tell the attended runs apart that wait for their tenants to sign in: those are found by
 * tenant. `run_child`: pages of keys of children, without the runs at the top between them.
 */
export const looksStep = `
  DROP INDEX head_over;
  ALTER TABLE head ADD COLUMN stays INTEGER NOT NULL DEFAULT 0;
  UPDATE head SET stays = 1 WHERE no IN
    (SELECT child.no FROM run AS child INDEXED BY run_root
       CROSS JOIN run AS top ON top.tenant = child.tenant AND top.id = child.root
     WHERE child.root IS NOT NULL);
  UPDATE head SET stays = stays | 2 WHERE no IN (SELECT kept FROM kept_run);
  CREATE INDEX head_over ON head (ended_at + retention)
    WHERE ended_at IS NOT NULL AND due_at IS NULL AND stays = 0;

  DROP INDEX head_due;
  CREATE INDEX head_due ON head (owner, attended, due_at) WHERE owner <> 0 OR due_at IS NOT NULL;
  CREATE INDEX head_attended ON head (owner, tenant, due_at) WHERE attended = 1 AND due_at IS NOT NULL;
  DROP INDEX head_poked;
  CREATE INDEX head_poked ON head (owner, attended, due_at) WHERE poked = 1;
  CREATE INDEX head_attended_poked ON head (owner, tenant, due_at) WHERE attended = 1 AND poked = 1;

  CREATE INDEX run_child ON run (tenant, id) WHERE root IS NOT NULL;
  CREATE TABLE forgotten_root (
    tenant INTEGER NOT NULL,
    root BLOB NOT NULL,
    after INTEGER NOT NULL,
    PRIMARY KEY (tenant, root)
  ) STRICT, WITHOUT ROWID;
  `;
