// What pages show of many runs and try with one: the part of the engine that only reads.

import type { RunId, TenantId } from "../value/id.ts";
import type { RunListItem, RunQuery } from "./engine-api.ts";
import type { RunFollower } from "./run-feed.ts";

export interface ReviewApi {
  /** Changes of the tenant's runs from now on. To be closed. */
  follow(tenant: TenantId): RunFollower;
  /** Of these runs those that are there and fit, as a list shows them. */
  fitting(tenant: TenantId, runs: readonly RunId[], query: RunQuery): Promise<readonly RunListItem[]>;
}
