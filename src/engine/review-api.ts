// What pages show of many runs and try with one: the part of the engine that only reads.

import type { FailureGroup, WorkflowStats } from "../ports/overview-store.ts";
import type { Page } from "../ports/store.ts";
import type { BadEnd } from "../run/bad-end.ts";
import type { ItemView } from "../run/item-view.ts";
import type { OpenWait, WaitKind } from "../run/open-waits.ts";
import type { StepStatus } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import type { StoredMember } from "../value/stored-body.ts";
import type { EventPage, RerunRequest, RunListItem, RunQuery } from "./engine-api.ts";
import type { RunFollower } from "./run-feed.ts";
import type { WhatWaited } from "./what-waited.ts";

/** What starts runs of a workflow; `next`: when it does so next, without jitter (milliseconds since 1970), or null for never. */
export type TriggerView =
  | { readonly type: "http"; readonly signed: boolean }
  | { readonly type: "event"; readonly event: string }
  | {
      readonly type: "cron";
      readonly schedule: string;
      readonly timezone: string;
      readonly next: number | null;
    };

export interface RunExpression {
  readonly text: string;
  readonly lang: "path" | "jsonpath" | "lua";
}

/** A step that runs again: the call that was made before, and with which idempotency key it would be made now. */
export interface StepAgain {
  readonly step: string;
  /** Of a strategy: that of the first item that runs again and made a call. */
  readonly method: string | null;
  readonly host: string | null;
  /** In the run before, or in the one that it took the outcome over from. */
  readonly began: boolean;
  readonly key: "old" | "new";
  /** It was undone, and so begins anew. */
  readonly undone: boolean;
  /** Of a strategy that began: which of the items that it had run again. A list that is computed anew may have others. */
  readonly items: ItemsAgain | null;
}

export interface ItemsAgain {
  /** All its items. */
  readonly count: number;
  /** How many of them run again. */
  readonly again: number;
  /** Which, from 0, each range with its ends, in order. */
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
}

export interface RerunPreview {
  readonly version: number;
  /** Steps whose outcomes are carried over. */
  readonly kept: readonly string[];
  readonly again: readonly StepAgain[];
}

/** Which waits are listed: of runs by workflow, label and times, of these kinds. */
export interface WaitQuery extends Omit<RunQuery, "statuses" | "doing" | "fingerprint"> {
  readonly kinds: readonly WaitKind[];
}

export interface RunWaits extends RunListItem {
  readonly waits: readonly OpenWait[];
}

/** Runs that failed alike: in the same step, with the same code and status. */
export interface FailureGroupView extends Omit<FailureGroup, "failure" | "workflow" | "samples"> {
  /** 32 hexadecimal digits; `RunQuery.fingerprint`. */
  readonly fingerprint: string;
  readonly workflow: string;
  /** Null when no sample can be read. */
  readonly end: BadEnd | null;
  readonly samples: readonly RunListItem[];
}

/** How the runs of a workflow ended lately. */
export interface WorkflowStatsView extends WorkflowStats {
  /** From when on outcomes are counted: the beginning of an hour (milliseconds since 1970). */
  readonly since: number;
}

/** A step of a run, or one item of its strategy. */
export interface StepPlace {
  /** Id. */
  readonly step: string;
  /** From 0; null for the step with all its items. */
  readonly item: number | null;
}

export interface ItemQuery {
  /** Only items of this status. */
  readonly status?: StepStatus;
  /** How many of those that fit are passed over. */
  readonly from: number;
  readonly limit: number;
}

export interface ItemPage {
  /** How many fit. */
  readonly total: number;
  readonly items: readonly ItemView[];
}

export interface LookedAt {
  readonly item: RunListItem;
  /** The query finds it. */
  readonly fits: boolean;
}

export interface ReviewApi {
  /** What waited for the tenant to be opened here, and has been set going since; null for nothing. */
  whatWaited(tenant: TenantId): Promise<WhatWaited | null>;
  /** @param hours the current one and those before; @param recent at most so many of the runs that ended last */
  workflowStats(
    tenant: TenantId,
    workflow: string,
    hours: number,
    recent: number,
  ): Promise<WorkflowStatsView>;
  /** By workflow and times of the query. The group whose last run ended latest first. */
  listFailures(
    tenant: TenantId,
    query: RunQuery,
    cursor: string | null,
    limit: number,
  ): Promise<Page<FailureGroupView>>;
  /** Of its highest version: none for one that other workflows start. Errors: `workflow_not_found`. */
  triggers(tenant: TenantId, workflow: string): Promise<readonly TriggerView[]>;
  /** Events of one step or item, after seq `after`. Errors: `run_not_found`, `step_not_found`. */
  eventsAt(tenant: TenantId, run: RunId, after: number, limit: number, place: StepPlace): Promise<EventPage>;
  /**
   * A body that stands apart from its event, by its number: in `stored` of events, and of the run. Errors: `run_not_found`,
   * `body_not_found`; `sealed_data_damaged` while it is read.
   */
  readBody(tenant: TenantId, run: RunId, body: number): Promise<StoredMember>;
  /** Items of a step's strategy, in their order; none for a step without. Errors: `run_not_found`, `step_not_found`. */
  listItems(tenant: TenantId, run: RunId, step: string, query: ItemQuery): Promise<ItemPage>;
  /** Over the run as it is; nothing is called or recorded. Errors: `run_not_found`, `expression_failed`. */
  evaluate(tenant: TenantId, run: RunId, expression: RunExpression): Promise<Json>;
  /** What `rerun` would do. Errors: those of `rerun`. */
  previewRerun(tenant: TenantId, run: RunId, request: RerunRequest): Promise<RerunPreview>;
  /**
   * Runs with open waits, the oldest first, with these waits. A page before the last may hold fewer than its limit. The first
   * page waits until `untilMs` (milliseconds since 1970) for there to be any.
   */
  listWaits(
    tenant: TenantId,
    query: WaitQuery,
    cursor: string | null,
    limit: number,
    untilMs: number,
  ): Promise<Page<RunWaits>>;
  /** Of these runs those that are there and fit but for the kinds, with their waits of these kinds: none, for some. */
  waitsOf(tenant: TenantId, runs: readonly RunId[], query: WaitQuery): Promise<readonly RunWaits[]>;
  /** Changes of the tenant's runs from now on. To be closed. */
  follow(tenant: TenantId): RunFollower;
  /** Those of these runs that are there, as a list shows them. */
  look(tenant: TenantId, runs: readonly RunId[], query: RunQuery): Promise<readonly LookedAt[]>;
}
