// How the runs of a workflow ended lately, as the API tells it.

import type { WorkflowStatsView } from "../engine/review-api.ts";
import { activeCounted, outcomeHourMs } from "../ports/overview-store.ts";
import { isTerminal, runStatuses, type TerminalStatus } from "../run/status.ts";
import type { JsonObject } from "../value/json.ts";
import { timeJson } from "./api-json.ts";

/** Outcomes all together, and the runs that ended last. */
export function statsJson({ since, outcomes, recent, active }: WorkflowStatsView): JsonObject {
  return {
    since: timeJson(since),
    outcomes: countsOf(outcomes),
    active,
    more_active: active === activeCounted,
    recent: recent.map(({ run, status, createdAt, endedAt }) => {
      return { run, status, ended_at: timeJson(endedAt), ms: endedAt - createdAt };
    }),
  };
}

/** With each hour by itself, and how long the runs that ended last took. */
export function wholeStatsJson(stats: WorkflowStatsView, hours: number): JsonObject {
  const took = stats.recent.map(({ createdAt, endedAt }) => endedAt - createdAt).sort((a, b) => a - b);
  const quantile = (share: number) =>
    took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? null;
  return {
    ...statsJson(stats),
    hours: Array.from({ length: hours }, (_, index) => {
      const at = stats.since + index * outcomeHourMs;
      return { at: timeJson(at), ...countsOf(stats.outcomes.filter((one) => one.at === at)) };
    }),
    median_ms: quantile(0.5),
    p95_ms: quantile(0.95),
  };
}

function countsOf(outcomes: WorkflowStatsView["outcomes"]): Readonly<Record<TerminalStatus, number>> {
  const counts = { completed: 0, failed: 0, cancelled: 0, timed_out: 0 };
  for (const { status, runs } of outcomes) counts[status] += runs;
  return counts;
}

export const outcomeStatuses: readonly TerminalStatus[] = runStatuses.filter(isTerminal);
