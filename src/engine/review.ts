// Runs as pages follow them: what changes, what fits a filter.

import type { RunId, TenantId } from "../value/id.ts";
import type { RunListItem, RunQuery } from "./engine-api.ts";
import type { EnginePorts } from "./ports.ts";
import type { ReviewApi } from "./review-api.ts";
import type { RunFollower } from "./run-feed.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";

export class Review implements ReviewApi {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  readonly #reader: RunReader;

  constructor(ports: EnginePorts, runs: Runs, reader: RunReader) {
    this.#ports = ports;
    this.#runs = runs;
    this.#reader = reader;
  }

  follow(tenant: TenantId): RunFollower {
    return this.#runs.watchers.feed.follow(tenant);
  }

  async fitting(tenant: TenantId, runs: readonly RunId[], query: RunQuery): Promise<readonly RunListItem[]> {
    const found: RunListItem[] = [];
    for (const run of runs) {
      const row = await this.#ports.store.readRun(tenant, run);
      if (row === null) continue;
      const item = await this.#reader.listItem(row);
      if (fits(item, query)) found.push(item);
    }
    return found;
  }
}

function fits(item: RunListItem, query: RunQuery): boolean {
  const { workflow, statuses, label, createdFrom, createdTo } = query;
  if (workflow !== undefined && item.workflow !== workflow) return false;
  if (statuses !== undefined && !statuses.includes(item.status)) return false;
  if (label !== undefined && item.labels[label[0]] !== label[1]) return false;
  if (query.doing !== undefined && !item.doing.some((one) => query.doing?.includes(one))) return false;
  if (createdFrom !== undefined && item.createdAt < createdFrom) return false;
  return createdTo === undefined || item.createdAt < createdTo;
}
