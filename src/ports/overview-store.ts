// The part of the store that tells of many runs at once, without looking at each.

import type { TerminalStatus } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Page, RunRow } from "./store.ts";

/** Runs of which a group's first, last and number are told, where it is asked for by times: the newest. */
export const groupRunsMax = 10_000;
/** Runs of a group that are looked at for their versions, and given as samples: the newest. */
export const groupVersionRuns = 100;
export const groupSamples = 3;

export interface FailureFilter {
  readonly workflow?: Uint8Array;
  /** Made at or after, before (milliseconds since 1970). */
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

/** Runs that ended badly with the same keyed hash, and are not forgotten. */
export interface FailureGroup {
  readonly failure: Uint8Array;
  readonly workflow: Uint8Array;
  /** Ascending, of its newest `groupVersionRuns`. */
  readonly versions: readonly number[];
  readonly count: number;
  /** There are more than were counted: only where it is asked for by times. */
  readonly more: boolean;
  /** When the first and the last of them ended. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The newest `groupSamples`. */
  readonly samples: readonly RunRow[];
}

export interface WaitingFilter {
  /** Does any of these: bits as of `doings`. */
  readonly doing: number;
  readonly workflow?: Uint8Array;
  readonly label?: Uint8Array;
  /** Made at or after, before (milliseconds since 1970). */
  readonly createdFrom?: number;
  readonly createdTo?: number;
}

/** Ended runs are counted by hours since 1970, and these counts kept for so long. */
export const outcomeHourMs = 3_600_000;
export const outcomesKeptMs = 8 * 86_400_000;
/** Runs that go on are counted so far. */
export const activeCounted = 1_000;

/** How many runs of a workflow ended so within an hour, also of those that are forgotten since. */
export interface Outcomes {
  /** When the hour began (milliseconds since 1970). */
  readonly at: number;
  readonly status: TerminalStatus;
  readonly runs: number;
}

export interface RecentRun {
  readonly run: RunId;
  readonly status: TerminalStatus;
  readonly createdAt: number;
  readonly endedAt: number;
}

export interface WorkflowStats {
  /** By hour and status, from the hour of the time that was asked for on. */
  readonly outcomes: readonly Outcomes[];
  /** Runs that have ended, the one made last first. */
  readonly recent: readonly RecentRun[];
  /** Runs that have not ended, counted up to `activeCounted`. */
  readonly active: number;
}

export interface OverviewStore {
  /** @param recent at most so many of the runs that have ended */
  readStats(tenant: TenantId, workflow: Uint8Array, sinceMs: number, recent: number): Promise<WorkflowStats>;
  /** Runs by what they do, the oldest first. */
  listWaiting(
    tenant: TenantId,
    filter: WaitingFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunRow>>;
  /** The group whose last run ended latest first. Of runs that fit; a group of which none does is not there. */
  listFailures(
    tenant: TenantId,
    filter: FailureFilter,
    cursor: string | null,
    limit: number,
  ): Promise<Page<FailureGroup>>;
}
