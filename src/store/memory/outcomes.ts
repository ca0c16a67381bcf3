// Ended runs in the memory store, counted by workflow, hour and outcome: also those that are forgotten since.

import { type Outcomes, outcomeHourMs, outcomesKeptMs } from "../../ports/overview-store.ts";
import type { RunHead } from "../../ports/store.ts";
import { isTerminal, runStatuses } from "../../run/status.ts";
import type { TenantId } from "../../value/id.ts";
import { hex } from "../hex.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** Of a run that ends, or goes on after its end; nothing for any other. */
export function countOutcome(
  { outcomes }: MemoryTables,
  tenant: TenantId,
  workflow: Uint8Array,
  before: RunHead | undefined,
  after: RunHead,
): void {
  const wasEndedAt = before?.endedAt ?? null;
  if (wasEndedAt === after.endedAt) return;
  const change = (at: number, { status }: RunHead, by: number) => {
    if (!isTerminal(status)) return;
    const hour = Math.floor(at / outcomeHourMs) * outcomeHourMs;
    const key = `${tenant}/${hex(workflow)}/${hour}/${status}`;
    outcomes.set(key, { at: hour, status, runs: (outcomes.get(key)?.runs ?? 0) + by });
  };
  if (before !== undefined && wasEndedAt !== null) change(wasEndedAt, before, -1);
  if (after.endedAt !== null) change(after.endedAt, after, 1);
}

/** From the hour of `sinceMs` on, by hour and status. */
export function outcomesOf(
  { outcomes }: MemoryTables,
  tenant: TenantId,
  workflow: Uint8Array,
  sinceMs: number,
): readonly Outcomes[] {
  const own = `${tenant}/${hex(workflow)}/`;
  return [...outcomes]
    .filter(([key, { at, runs }]) => key.startsWith(own) && at + outcomeHourMs > sinceMs && runs > 0)
    .map(([, counted]) => counted)
    .sort((a, b) => a.at - b.at || runStatuses.indexOf(a.status) - runStatuses.indexOf(b.status));
}

/** Forgets of the hours that are not told any more. */
export function dropOutcomes({ outcomes }: MemoryTables, now: number): void {
  for (const [key, { at }] of outcomes) if (at + outcomeHourMs <= now - outcomesKeptMs) outcomes.delete(key);
}
