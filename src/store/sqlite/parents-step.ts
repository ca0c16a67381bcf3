// Step 4 of the schema of the SQLite store: sessions that were opened by the link of another, and links that were not used yet.

export const parentsStep = `
  ALTER TABLE session ADD COLUMN parent BLOB;
  ALTER TABLE session ADD COLUMN used INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX session_parent ON session (parent) WHERE parent IS NOT NULL;
  `;
