// Tenants whose last callers left before the engine could open what they had put.

import type { History } from "../history.ts";

/** Signed in for so long after a put, one has what it names opened to the engine. */
const mendMs = 1_000;

/** Who signs out right after a put, and does not come back, leaves closed what the new version names. */
export function leftInAHurry({ left, answers, lives, endedAt }: History, tenant: string): boolean {
  if (!left.includes(tenant)) return false;
  const puts = answers.flatMap((one) => (one.type === "put" && one.tenant === tenant ? [one.at] : []));
  const lastPut = Math.max(...puts);
  return !lives.some(({ opened }) =>
    opened.some(
      (span) => span.tenant === tenant && (span.to ?? endedAt) - Math.max(span.from, lastPut) >= mendMs,
    ),
  );
}
