// Whether a signal that comes under a key of one before is another.

import type { RunState } from "./state.ts";

/** @param sent keyed hash of the signal, its body included */
export function sentOtherwise(
  { signalsSent }: Pick<RunState, "signalsSent">,
  key: string | null,
  sent: string,
): boolean {
  return signalsSent.some((one) => one.key === key && one.sent !== sent);
}
