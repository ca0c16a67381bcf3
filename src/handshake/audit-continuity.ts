// What has become of the head of an audit log that a device has seen.

import type { AuditHead } from "./confirmation.ts";

/**
 * - `same`, `grown`: every entry up to the known head is as it was
 * - `cut`: the log is shorter than it was
 * - `forked`: an entry up to the known head is another
 */
export type Continuity = "same" | "grown" | "cut" | "forked";

/**
 * @param known as the device has kept it, from its last sign-in or verification
 * @param now the last entry of the log
 * @param at the entry of the number `known.seq` in the log now, or null. Whoever answers it must not have been told
 * `known.mac`, which could then be repeated
 */
export function continuityOf(known: AuditHead, now: AuditHead, at: AuditHead | null): Continuity {
  if (at === null || now.seq < known.seq) return "cut";
  const isSame = at.seq === known.seq && at.mac.length === known.mac.length;
  if (!isSame || at.mac.some((byte, index) => byte !== known.mac[index])) return "forked";
  return now.seq === known.seq ? "same" : "grown";
}
