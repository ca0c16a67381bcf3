// Where and when somebody of a tenant was signed in.

import type { History } from "../history.ts";

/** Whether every process that lived between `from` and `to` (by the world's clock) knew the tenant's keys throughout. */
export function isOpen(history: History, tenant: string, from: number, to: number): boolean {
  return history.lives.every((life) => {
    const begins = Math.max(life.from, from);
    const ends = Math.min(life.to ?? Number.POSITIVE_INFINITY, to);
    if (begins >= ends) return true;
    return life.opened.some(
      (span) =>
        span.tenant === tenant && span.from <= begins && (span.to ?? Number.POSITIVE_INFINITY) >= ends,
    );
  });
}
