// The grants of a world, and from when to when each stood.

import type { DurableGrant } from "../grants-seen.ts";
import type { History, LiveSpan } from "../history.ts";

export interface StandingGrant extends DurableGrant {
  /** By the world's clock. */
  readonly from: number;
  readonly to: number;
}

const never = Number.POSITIVE_INFINITY;

/** From the write that made it to its end: by time, by a higher version or a revocation that was acknowledged. */
export function standingGrants(history: History): readonly StandingGrant[] {
  const spans = new Map<string, LiveSpan>();
  for (const span of history.liveSpans) if (span.kind === "grant" && span.live) spans.set(span.name, span);
  return history.granted.grants.map((grant) => {
    const span = spans.get(grant.grant);
    const revoked = history.granted.grantsMade.find((made) => made.grant === grant.grant)?.revokedAt;
    const puts = history.answers.flatMap((answer) =>
      answer.type === "put" &&
      answer.tenant === grant.tenant &&
      answer.workflow === grant.workflow &&
      answer.version > grant.version
        ? [answer.at]
        : [],
    );
    const to = Math.min(span?.to ?? never, revoked ?? never, ...puts);
    return { ...grant, from: span?.from ?? never, to };
  });
}
