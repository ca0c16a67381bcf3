// Where the engine binds the key of a row to: what wraps it opens there only.

import type { Place } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";

/** @param row an id, or a keyed hash in hexadecimal; `version` only where the row has one */
export function keyPlace(tenant: TenantId, table: Place["table"], row: string, version = 0): Place {
  return { tenant, table, column: "key", row, version };
}
