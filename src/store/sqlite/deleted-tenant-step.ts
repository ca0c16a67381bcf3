// Step 9 of the schema of the SQLite store: which tenants were deleted.

/** The column is no `tenant`: these rows stay when everything else of a tenant goes. */
export const deletedTenantStep = `
  CREATE TABLE deleted_tenant (
    id TEXT PRIMARY KEY
  ) STRICT, WITHOUT ROWID;
  `;
