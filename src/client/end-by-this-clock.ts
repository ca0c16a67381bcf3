// When a session ends, as the clock of this device will show it: by the server's clock it may be over before it began.

/** A session this short is used until it is refused, as if the clock could not be trusted. */
const trustedMinMs = 30_000;
/** What a session lasts where the server says nothing else. */
const assumedMs = 3_600_000;

/** Of a session that was opened now. What is assumed may be wrong: then the server's refusal tells. */
export function endByThisClock(expiresAt: number): number {
  const now = Date.now();
  return expiresAt - now > trustedMinMs ? expiresAt : now + assumedMs;
}
