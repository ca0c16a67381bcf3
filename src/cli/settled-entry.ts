// An entry of the credentials file whose keys are known to be the tenant's.

import type { TenantEntry } from "../app/credentials.ts";
import { StoredSession } from "../app/stored-session.ts";
import { entryOf } from "./entry-of.ts";

/** When an earlier rotation was cut off: by which key the server knows the tenant, is found out by signing in. */
export async function settledEntry(home: string, entry: TenantEntry): Promise<TenantEntry> {
  if (entry.next_private_key === undefined) return entry;
  await new StoredSession(home, entry).open();
  return entryOf(home);
}
