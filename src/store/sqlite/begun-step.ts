// Step 13 of the schema of the SQLite store: a bulk action is found by the idempotency key of the request that began it.

export const begunStep = `
  ALTER TABLE bulk ADD COLUMN begun_by BLOB;
  ALTER TABLE bulk ADD COLUMN asked BLOB;
  CREATE UNIQUE INDEX bulk_begun ON bulk (tenant, begun_by) WHERE begun_by IS NOT NULL;
  `;
