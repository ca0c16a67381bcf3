// Whether an item of the inbox that is settled still answers for what makes it one.

import type { InboxKind, InboxOutcome } from "../ports/inbox-store.ts";

/** What somebody sent who may send it again: while it came to nothing, that is judged anew. */
const sent: ReadonlySet<InboxKind> = new Set(["start", "signal", "callback"]);

export function keepsOnce(kind: InboxKind, state: InboxOutcome["state"]): boolean {
  return state === "started" || !sent.has(kind);
}
