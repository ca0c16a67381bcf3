// What many seeds had in them, as plain JSON, so that parts of a campaign are added up.

import type { Broken } from "./history.ts";
import type { PlayedSeed } from "./play-seed.ts";

export interface Failed {
  readonly seed: number;
  readonly broken: readonly Broken[];
}

type Counts = Record<string, number>;

export interface Tally {
  /** Events of each seed. */
  readonly events: number[];
  /** Processor time of playing and judging. */
  seconds: number;
  runs: number;
  calls: number;
  operations: number;
  operationsFailed: number;
  readonly statuses: Counts;
  readonly faults: Counts;
  readonly met: Counts;
  readonly failed: Failed[];
}

export function emptyTally(): Tally {
  return {
    events: [],
    seconds: 0,
    runs: 0,
    calls: 0,
    operations: 0,
    operationsFailed: 0,
    statuses: {},
    faults: {},
    met: {},
    failed: [],
  };
}

export function addSeed(tally: Tally, played: PlayedSeed): void {
  const { seed, broken } = played;
  tally.events.push(played.events);
  if (broken.length > 0) tally.failed.push({ seed, broken });
  addSums(tally, played);
  for (const name of ["statuses", "faults", "met"] as const) addCounts(tally[name], played[name]);
}

export function addTally(tally: Tally, part: Tally): void {
  tally.events.push(...part.events);
  tally.failed.push(...part.failed);
  tally.seconds += part.seconds;
  addSums(tally, part);
  for (const name of ["statuses", "faults", "met"] as const) {
    addCounts(tally[name], Object.entries(part[name]));
  }
}

type Sums = "runs" | "calls" | "operations" | "operationsFailed";

function addSums(tally: Tally, part: Readonly<Record<Sums, number>>): void {
  tally.runs += part.runs;
  tally.calls += part.calls;
  tally.operations += part.operations;
  tally.operationsFailed += part.operationsFailed;
}

function addCounts(counts: Counts, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) counts[name] = (counts[name] ?? 0) + count;
}
