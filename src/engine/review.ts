// Runs as pages follow them: what changes, what fits a filter.

import type { Page } from "../ports/store.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import type { Definitions } from "./definitions.ts";
import type { RerunRequest, RunListItem, RunQuery } from "./engine-api.ts";
import type { GoingAgain } from "./going-again.ts";
import type { EnginePorts } from "./ports.ts";
import type { RerunPreview, ReviewApi, RunExpression, RunWaits } from "./review-api.ts";
import { evaluateOver, previewOf, waitsOf } from "./review-run.ts";
import type { RunFollower } from "./run-feed.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";

const waitKinds = ["signal", "event", "callback"] as const;

export class Review implements ReviewApi {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #goingAgain: GoingAgain;
  readonly #runs: Runs;
  readonly #reader: RunReader;

  constructor(
    ports: EnginePorts,
    definitions: Definitions,
    runs: Runs,
    reader: RunReader,
    goingAgain: GoingAgain,
  ) {
    this.#definitions = definitions;
    this.#goingAgain = goingAgain;
    this.#ports = ports;
    this.#runs = runs;
    this.#reader = reader;
  }

  async evaluate(tenant: TenantId, run: RunId, expression: RunExpression): Promise<Json> {
    const { workflow, state } = await this.#stateOf(tenant, run);
    return evaluateOver(this.#ports, workflow, state, expression);
  }

  async previewRerun(tenant: TenantId, run: RunId, request: RerunRequest): Promise<RerunPreview> {
    const { before, after, plan, state } = await this.#goingAgain.plan(tenant, run, request);
    return previewOf(plan, after.workflow, state, before.workflow);
  }

  async listWaits(
    tenant: TenantId,
    query: RunQuery,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunWaits>> {
    const asked = { doing: waitKinds, ...query };
    const { rows, next } = await this.#reader.list(tenant, asked, cursor, limit);
    const found: RunWaits[] = [];
    for (const row of rows) {
      const { workflow, state } = await this.#stateOf(tenant, row.id);
      found.push({ ...row, waits: waitsOf(workflow, state) });
    }
    return { rows: found, next };
  }

  /** As it is in memory, or stored. */
  async #stateOf(tenant: TenantId, run: RunId) {
    const state = this.#runs.inMemory(tenant, run)?.state ?? (await this.#reader.load(tenant, run)).state;
    const { workflow: name, version } = state.created;
    const { workflow } = await this.#definitions.find(tenant, name, version);
    return { workflow, state };
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
