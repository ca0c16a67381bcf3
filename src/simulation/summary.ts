// The figures of a campaign, and whether it tested enough to be believed.

import { callFaults, type FaultKind, faultKinds } from "./fault-plan.ts";
import type { Tally } from "./tally.ts";
import { type Feature, features } from "./workload/features.ts";
import { callless } from "./workload/language-features.ts";
import { outsideWithoutCall } from "./workload/outside-features.ts";
import { rerunFeatures } from "./workload/rerun-features.ts";

export interface Summary {
  readonly seeds: number;
  readonly failedSeeds: readonly number[];
  /** Of one process; several play side by side. */
  readonly seedsPerSecond: number;
  readonly runs: number;
  readonly calls: number;
  readonly events: Percentiles;
  readonly operations: number;
  /** Share of what callers asked that was answered well. */
  readonly answeredWell: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** How often each fault met each feature: the least of all pairs, and pairs that never met. */
  readonly metLeast: number;
  readonly neverMet: readonly string[];
}

interface Percentiles {
  readonly least: number;
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}

export function summarize(tally: Tally): Summary {
  const pairs = allPairs().map((pair) => [pair, tally.met[pair] ?? 0] as const);
  return {
    seeds: tally.events.length,
    failedSeeds: tally.failed.map(({ seed }) => seed),
    seedsPerSecond: Math.round((tally.events.length / tally.seconds) * 10) / 10,
    runs: tally.runs,
    calls: tally.calls,
    events: percentilesOf(tally.events),
    operations: tally.operations,
    answeredWell: Math.round((1 - tally.operationsFailed / tally.operations) * 1000) / 1000,
    statuses: tally.statuses,
    faults: Object.fromEntries(faultKinds.map((kind) => [kind, tally.faults[kind] ?? 0])),
    metLeast: Math.min(...pairs.map(([, count]) => count)),
    neverMet: pairs.filter(([, count]) => count === 0).map(([pair]) => pair),
  };
}

/**
 * Why a campaign that broke no promise must still not be believed.
 *
 * @param from From how many seeds on every fault must have struck, and from how many each must have met
 * every feature. Of the pairs 129 had not met in 260 seeds, as many once and as many twice: it is to be expected that
 * 33,800 divided by the seeds lack by chance, seven of 5,000 seeds, and two of 20,000.
 */
export function tooLittle(
  summary: Summary,
  from: { readonly faults: number; readonly meetings: number },
): readonly string[] {
  if (summary.seeds < from.faults) return [];
  const reasons: string[] = [];
  const { median } = summary.events;
  if (median < 100) reasons.push(`the median is ${median} events a seed, not 100`);
  if (summary.answeredWell < 0.8)
    reasons.push(`only ${summary.answeredWell} of what callers asked was answered well`);
  const never = faultKinds.filter((kind) => summary.faults[kind] === 0);
  if (never.length > 0) reasons.push(`faults that never struck: ${never.join(", ")}`);
  const { neverMet } = summary;
  if (summary.seeds >= from.meetings && neverMet.length > chanceMost)
    reasons.push(`faults that never met a feature: ${neverMet.join(", ")}`);
  return reasons;
}

/** More pairs than this do not lack by chance. */
const chanceMost = 5;

/** Every fault with every feature; what is computed without a call is met by no fault of a call. */
function allPairs(): readonly string[] {
  return faultKinds.flatMap((kind) =>
    features.filter((feature) => canMeet(kind, feature)).map((feature) => `${kind}/${feature}`),
  );
}

const startedUnasked: readonly Feature[] = [
  ...(["cron_none", "cron_latest", "event_trigger", "event_trigger_when"] as const),
  ...rerunFeatures,
];

/** Only a start of a caller is sent again, nobody has a schedule's run go again, and of what is attended the engine alone wraps nothing. */
const apart: ReadonlyMap<FaultKind, readonly Feature[]> = new Map([
  ["start_repeated", startedUnasked],
  ["start_conflict", startedUnasked],
  ["rerun", ["cron_none", "cron_latest"]],
  ["wrap_refused", ["attended", "child_of_attended"]],
]);

function canMeet(kind: FaultKind, feature: Feature): boolean {
  const meetsNoCall = callless.has(feature) || outsideWithoutCall.has(feature);
  if (callFaults.has(kind) && meetsNoCall) return false;
  return !(apart.get(kind) ?? []).includes(feature);
}

function percentilesOf(counts: readonly number[]): Percentiles {
  const sorted = counts.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { least: at(0), p10: at(0.1), median: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
}
