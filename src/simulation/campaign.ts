// Many seeds: worlds played and judged, and what they had in them.

import { canaries } from "./canary.ts";
import { checkReplay } from "./check-replay.ts";
import { checkHistory } from "./checkers/check-history.ts";
import { type FaultKind, faultKinds } from "./fault-plan.ts";
import type { Broken } from "./history.ts";
import { simulate } from "./world.ts";

export interface Failed {
  readonly seed: number;
  readonly broken: readonly Broken[];
}

export interface Summary {
  readonly seeds: number;
  readonly seconds: number;
  readonly seedsPerSecond: number;
  readonly runs: number;
  readonly eventsMedian: number;
  readonly eventsMost: number;
  readonly calls: number;
  readonly operations: number;
  /** Share of what callers asked that was answered well. */
  readonly answeredWell: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly failed: readonly Failed[];
}

export interface CampaignOptions {
  readonly seeds: readonly number[];
  /** Stop at the first seed that breaks a promise. */
  readonly stopAtFirst: boolean;
  readonly progress: (done: number, failed: number) => void;
}

export async function runCampaign({ seeds, stopAtFirst, progress }: CampaignOptions): Promise<Summary> {
  const began = performance.now();
  const faults = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const statuses: Record<string, number> = {};
  const events: number[] = [];
  const failed: Failed[] = [];
  let [calls, operations, operationsFailed, runs] = [0, 0, 0, 0];
  for (const seed of seeds) {
    const { history, record, tables } = await simulate(seed);
    const broken = [...checkHistory(history), ...checkReplay(tables)];
    if (broken.length > 0) failed.push({ seed, broken });
    for (const [kind, count] of record.faults) faults[kind] += count;
    for (const { status } of history.runs) statuses[status] = (statuses[status] ?? 0) + 1;
    events.push(history.runs.reduce((sum, run) => sum + run.events.length, 0));
    runs += history.runs.length;
    calls += history.calls.length;
    operations += record.operations;
    operationsFailed += record.operationsFailed;
    if (events.length % 500 === 0) progress(events.length, failed.length);
    if (stopAtFirst && failed.length > 0) break;
  }
  events.sort((a, b) => a - b);
  const seconds = (performance.now() - began) / 1000;
  return {
    seeds: events.length,
    seconds: Math.round(seconds * 10) / 10,
    seedsPerSecond: Math.round((events.length / seconds) * 10) / 10,
    runs,
    eventsMedian: events[Math.floor(events.length / 2)] ?? 0,
    eventsMost: events.at(-1) ?? 0,
    calls,
    operations,
    answeredWell: Math.round((1 - operationsFailed / operations) * 1000) / 1000,
    faults,
    statuses,
    failed,
  };
}

/** Why a campaign that broke no promise must still not be believed: it tested too little. */
export function tooLittle(summary: Summary): readonly string[] {
  const reasons: string[] = [];
  if (summary.eventsMedian < 100)
    reasons.push(`the median is ${summary.eventsMedian} events a seed, not 100`);
  if (summary.answeredWell < 0.8)
    reasons.push(`only ${summary.answeredWell} of what callers asked was answered well`);
  const never = faultKinds.filter((kind) => summary.faults[kind] === 0);
  if (never.length > 0) reasons.push(`faults that never struck: ${never.join(", ")}`);
  return reasons;
}

/** Names of the canaries that no checker heard. */
export async function deafCanaries(): Promise<readonly string[]> {
  const deaf = new Set(canaries.map(({ name }) => name));
  for (let seed = 1; seed <= 20 && deaf.size > 0; seed++) {
    const { history } = await simulate(seed);
    for (const { name, tamper } of canaries) {
      const tampered = tamper(history);
      if (tampered !== null && checkHistory(tampered).length > 0) deaf.delete(name);
    }
  }
  return [...deaf];
}
