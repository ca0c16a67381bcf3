// Runs as pages follow them: what changes, what fits a filter.

import { outcomeHourMs } from "../ports/overview-store.ts";
import type { Page } from "../ports/store.ts";
import type { Doing } from "../run/doing.ts";
import { listItems } from "../run/item-view.ts";
import { openWaitsOf, type WaitKind } from "../run/open-waits.ts";
import type { StepState } from "../run/state.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { StoredMember } from "../value/stored-body.ts";
import type { Definitions } from "./definitions.ts";
import type { EventPage, RerunRequest, RunListItem, RunQuery } from "./engine-api.ts";
import { Failures } from "./failures.ts";
import type { GoingAgain } from "./going-again.ts";
import type { EnginePorts } from "./ports.ts";
import { readBody } from "./read-body-apart.ts";
import type {
  FailureGroupView,
  ItemPage,
  ItemQuery,
  LookedAt,
  RerunPreview,
  ReviewApi,
  RunExpression,
  RunWaits,
  StepPlace,
  TriggerView,
  WaitQuery,
  WorkflowStatsView,
} from "./review-api.ts";
import { evaluateOver, previewOf } from "./review-run.ts";
import type { RunFollower } from "./run-feed.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";
import { triggerViews } from "./trigger-views.ts";
import type { WhatWaited } from "./what-waited.ts";

/** A run that another node holds is looked at this often, by who waits for there to be any. */
const pollMs = 2_000;
/** Reads of what waited, one after each item, until none is being judged; then it is told as it was read. */
const waitedTries = 20;

export class Review implements ReviewApi {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #goingAgain: GoingAgain;
  readonly #runs: Runs;
  readonly #reader: RunReader;
  readonly #failures: Failures;

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
    this.#failures = new Failures(ports, definitions, runs, reader);
  }

  listFailures(...asked: Parameters<ReviewApi["listFailures"]>): Promise<Page<FailureGroupView>> {
    return this.#failures.list(...asked);
  }

  /** Read again while an item is on its way from those that wait to those that are counted. */
  async whatWaited(tenant: TenantId): Promise<WhatWaited | null> {
    const { waited } = this.#runs.keys;
    for (let tries = 1; ; tries++) {
      await waited.underWay(tenant);
      const before = waited.of(tenant);
      const read = await this.#whatWaitedNow(tenant);
      const isSame = waited.underWay(tenant) === null && waited.of(tenant) === before;
      if (isSame || tries === waitedTries) return read;
    }
  }

  async #whatWaitedNow(tenant: TenantId): Promise<WhatWaited | null> {
    const { inbox } = this.#ports.store;
    const [first] = await inbox.waiting(tenant, 0, 1);
    const waiting = first === undefined ? 0 : await inbox.countAll(tenant);
    const count = this.#runs.keys.waited.of(tenant);
    if (count === null || count.items + count.runs + waiting === 0) return null;
    const oldestAt = count.oldestAt ?? first?.receivedAt ?? null;
    return { ...count, waiting, oldestAt };
  }

  async evaluate(tenant: TenantId, run: RunId, expression: RunExpression): Promise<Json> {
    const { workflow, state } = await this.#stateOf(tenant, run);
    return evaluateOver(this.#ports, tenant, workflow, state, expression);
  }

  eventsAt(tenant: TenantId, run: RunId, after: number, limit: number, place: StepPlace): Promise<EventPage> {
    return this.#reader.eventsAt(tenant, run, after, limit, place);
  }

  async readBody(tenant: TenantId, run: RunId, body: number): Promise<StoredMember> {
    return readBody(this.#ports, await this.#reader.row(tenant, run), body, (row) =>
      this.#runs.keys.open(row),
    );
  }

  async listItems(tenant: TenantId, run: RunId, step: string, query: ItemQuery): Promise<ItemPage> {
    const { workflow, state } = await this.#stateOf(tenant, run);
    const number = workflow.stepNumbers.get(step);
    if (number === undefined) throw new DispatchedError("step_not_found", `${run} has no step ${step}`);
    const { items } = state.steps[number] as StepState;
    return items === null ? { total: 0, items: [] } : listItems(items, state.at, query);
  }

  async previewRerun(tenant: TenantId, run: RunId, request: RerunRequest): Promise<RerunPreview> {
    const { before, after, plan, state } = await this.#goingAgain.plan(tenant, run, request);
    return previewOf(plan, after.workflow, state, before.workflow);
  }

  async workflowStats(
    tenant: TenantId,
    workflow: string,
    hours: number,
    recent: number,
  ): Promise<WorkflowStatsView> {
    const { store, vault, clock } = this.#ports;
    const hour = Math.floor(clock.now() / outcomeHourMs) - hours + 1;
    const since = hour * outcomeHourMs;
    const name = vault.hash(tenant, "workflow", workflow);
    return { since, ...(await store.overview.readStats(tenant, name, since, recent)) };
  }

  async triggers(tenant: TenantId, workflow: string): Promise<readonly TriggerView[]> {
    const definition = await this.#definitions.find(tenant, workflow, null);
    return triggerViews(definition.workflow.triggers, this.#ports.clock.now());
  }

  async listWaits(
    tenant: TenantId,
    query: WaitQuery,
    cursor: string | null,
    limit: number,
    untilMs: number,
  ): Promise<Page<RunWaits>> {
    const follower = this.follow(tenant);
    try {
      for (;;) {
        const page = await this.#readWaits(tenant, query, cursor, limit);
        const isOver = this.#ports.clock.now() >= untilMs || this.#runs.unready() !== null;
        if (page.rows.length > 0 || page.next !== null || cursor !== null || isOver) return page;
        // What another node holds sends no news here.
        await follower.next(Math.min(untilMs, this.#ports.clock.now() + pollMs));
      }
    } finally {
      follower.close();
    }
  }

  async #readWaits(
    tenant: TenantId,
    { kinds, ...query }: WaitQuery,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunWaits>> {
    const { doing = 0, ...filter } = this.#reader.filterOf(tenant, { ...query, doing: kinds });
    const page = await this.#ports.store.overview.listWaiting(tenant, { ...filter, doing }, cursor, limit);
    const found = await Promise.all(
      page.rows.map(async (row) => this.#withWaits(tenant, await this.#reader.listItem(row), kinds)),
    );
    // The row is of before the state: what it waited for may have come.
    return { rows: found.filter(({ waits }) => waits.length > 0), next: page.next };
  }

  async waitsOf(
    tenant: TenantId,
    runs: readonly RunId[],
    { kinds, ...query }: WaitQuery,
  ): Promise<readonly RunWaits[]> {
    const found = (await this.look(tenant, runs, query)).filter(({ fits }) => fits);
    return Promise.all(found.map(({ item }) => this.#withWaits(tenant, item, kinds)));
  }

  async #withWaits(tenant: TenantId, item: RunListItem, kinds: readonly WaitKind[]): Promise<RunWaits> {
    // Of one that only calls nothing has to be read.
    if (!item.doing.some((one) => (kinds as readonly Doing[]).includes(one))) return { ...item, waits: [] };
    const { workflow, state } = await this.#stateOf(tenant, item.id);
    return { ...item, waits: openWaitsOf(workflow, state).filter(({ kind }) => kinds.includes(kind)) };
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

  async look(tenant: TenantId, runs: readonly RunId[], query: RunQuery): Promise<readonly LookedAt[]> {
    const found: LookedAt[] = [];
    for (const run of runs) {
      const row = await this.#ports.store.readRun(tenant, run);
      if (row === null) continue;
      const item = await this.#reader.listItem(row);
      found.push({ item, fits: fits(item, query) });
    }
    return found;
  }
}

function fits(item: RunListItem, query: RunQuery): boolean {
  const { workflow, statuses, label, createdFrom, createdTo, fingerprint } = query;
  if (fingerprint !== undefined && item.fingerprint !== fingerprint) return false;
  if (workflow !== undefined && item.workflow !== workflow) return false;
  if (statuses !== undefined && !statuses.includes(item.status)) return false;
  if (label !== undefined && item.labels[label[0]] !== label[1]) return false;
  if (query.doing !== undefined && !item.doing.some((one) => query.doing?.includes(one))) return false;
  if (createdFrom !== undefined && item.createdAt < createdFrom) return false;
  return createdTo === undefined || item.createdAt < createdTo;
}
