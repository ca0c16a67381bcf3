// Whether an append whose outcome is unknown is in the store.

import type { AppendUnit, Store } from "../ports/store.ts";
import { sameBytes } from "./same-bytes.ts";

/** `this`: these very bytes are there; `other`: somebody else's, or nobody can tell. */
export async function findUnit(
  store: Store,
  { tenant, run, expectedSeq, batch }: AppendUnit,
): Promise<"this" | "nothing" | "other"> {
  if (batch === null) return "other";
  const [found] = await store.readEvents(tenant, run, expectedSeq, 1);
  if (found === undefined) return "nothing";
  return sameBytes(found.sealed, batch.sealed) ? "this" : "other";
}
