// Step 12 of the schema of the SQLite store: hooks that are not revoked are counted, and those that are forgotten are found.

export const hooksStep = `
  CREATE INDEX hook_active ON hook (tenant) WHERE revoked_at IS NULL;
  CREATE INDEX hook_revoked ON hook (revoked_at) WHERE revoked_at IS NOT NULL;
  `;
