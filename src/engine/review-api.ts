// What pages show of many runs and try with one: the part of the engine that only reads.

import type { Page } from "../ports/store.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import type { RerunRequest, RunListItem, RunQuery } from "./engine-api.ts";
import type { RunFollower } from "./run-feed.ts";

export interface RunExpression {
  readonly text: string;
  readonly lang: "path" | "jsonpath" | "lua";
}

/** A step that runs again: the call that was made before, and with which idempotency key it would be made now. */
export interface StepAgain {
  readonly step: string;
  readonly method: string | null;
  readonly host: string | null;
  readonly key: "old" | "new";
  /** It was undone, and so begins anew. */
  readonly undone: boolean;
  /** Of a strategy: only some of its items. */
  readonly items: "some" | null;
}

export interface RerunPreview {
  readonly version: number;
  /** Steps whose outcomes are carried over. */
  readonly kept: readonly string[];
  readonly again: readonly StepAgain[];
}

export interface WaitView {
  readonly step: string;
  readonly kind: "signal" | "event" | "callback";
  /** Of signals, or the event's type; none for a callback. */
  readonly names: readonly string[];
  /** When it ends by itself (milliseconds since 1970), or null. */
  readonly until: number | null;
}

export interface RunWaits extends RunListItem {
  readonly waits: readonly WaitView[];
}

export interface ReviewApi {
  /** Over the run as it is; nothing is called or recorded. Errors: `run_not_found`, `expression_failed`. */
  evaluate(tenant: TenantId, run: RunId, expression: RunExpression): Promise<Json>;
  /** What `rerun` would do. Errors: those of `rerun`. */
  previewRerun(tenant: TenantId, run: RunId, request: RerunRequest): Promise<RerunPreview>;
  /** Runs with open waits for what comes from outside, newest first, with these waits. */
  listWaits(tenant: TenantId, query: RunQuery, cursor: string | null, limit: number): Promise<Page<RunWaits>>;
  /** Changes of the tenant's runs from now on. To be closed. */
  follow(tenant: TenantId): RunFollower;
  /** Of these runs those that are there and fit, as a list shows them. */
  fitting(tenant: TenantId, runs: readonly RunId[], query: RunQuery): Promise<readonly RunListItem[]>;
}
