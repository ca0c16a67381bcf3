// Workflows that were deleted: nothing new starts by them until a higher version is put.

import type { Database } from "better-sqlite3";

export interface DeletionWrites {
  has(tenant: string, name: Uint8Array): boolean;
  /** Its hooks end with it. */
  add(tenant: string, name: Uint8Array, at: number): void;
  takeBack(tenant: string, name: Uint8Array): void;
}

export function prepareDeletions(database: Database): DeletionWrites {
  const one = database
    .prepare<[string, Uint8Array]>("SELECT 1 FROM deleted_workflow WHERE tenant = ? AND name = ?")
    .pluck();
  const insert = database.prepare("INSERT INTO deleted_workflow (tenant, name, deleted_at) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM deleted_workflow WHERE tenant = ? AND name = ?");
  const revoke = database.prepare(
    "UPDATE hook SET revoked_at = ? WHERE tenant = ? AND workflow = ? AND revoked_at IS NULL",
  );
  return {
    has: (tenant, name) => one.get(tenant, name) !== undefined,
    add(tenant, name, at) {
      insert.run(tenant, name, at);
      revoke.run(at, tenant, name);
    },
    takeBack: (tenant, name) => void remove.run(tenant, name),
  };
}
