// Runs as they are read: one, its events, a list. From memory where it is there, else from the store.

import type { Page, RunFilter, RunRow } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import { type Doing, doingBit, doings } from "../run/doing.ts";
import type { RunEvent } from "../run/event.ts";
import type { Explanation } from "../run/explain.ts";
import { type RunView, viewRun } from "../run/run-view.ts";
import type { RunState } from "../run/state.ts";
import { isTerminal } from "../run/status.ts";
import type { RunId, TenantId } from "../value/id.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Definitions } from "./definitions.ts";
import type { EventPage, EventView, RunAnswer, RunListItem, RunQuery } from "./engine-api.ts";
import { explainRun } from "./explain-run.ts";
import { hex } from "./hex.ts";
import { NowLines } from "./now-lines.ts";
import type { EnginePorts } from "./ports.ts";
import { quarantinedLine } from "./quarantine.ts";
import { referBodies } from "./refer-bodies.ts";
import type { StepPlace } from "./review-api.ts";
import { consistently, labelHash, loadState, openBatch, openCard } from "./run-log.ts";
import { runPlace } from "./run-place.ts";
import type { Runs } from "./runs.ts";
import { withoutCredentials } from "./without-credentials.ts";

/** Due for longer than this, a run is overdue: a node takes it at once unless its keys cannot be opened. */
const overdueMs = 60_000;

/** A run that another node holds sends no news here: it is looked at this often. */
const pollMs = 2_000;

/** How many events are read at once where those of one step are looked for. */
const eventsAtOnce = 500;

/** A page, and how far the log was looked at for it. */
interface LookedAt extends EventPage {
  readonly last: number;
}

export class RunReader {
  readonly #ports: EnginePorts;
  readonly #definitions: Definitions;
  readonly #runs: Runs;
  readonly #nowLines: NowLines;

  constructor(ports: EnginePorts, definitions: Definitions, runs: Runs) {
    this.#ports = ports;
    this.#definitions = definitions;
    this.#runs = runs;
    this.#nowLines = new NowLines(ports, definitions, runs);
  }

  async get(tenant: TenantId, run: RunId): Promise<RunView> {
    const active = this.#viewActive(this.#runs.inMemory(tenant, run));
    if (active !== null) return active;
    const { state } = await this.load(tenant, run);
    return asReferred(await this.#view(tenant, run, state), state);
  }

  /** The state of a stored run. Errors: `run_not_found`, `run_quarantined`. */
  async load(tenant: TenantId, run: RunId): Promise<{ readonly row: RunRow; readonly state: RunState }> {
    const row = await this.row(tenant, run);
    const state = await loadState(this.#ports, row, await this.#runs.keys.open(row));
    return { row, state };
  }

  /** How long a synchronous caller of the workflow is kept waiting (milliseconds). */
  async syncTimeout(tenant: TenantId, workflow: string, version: number | null): Promise<number> {
    const definition = await this.#definitions.find(tenant, workflow, version);
    const http = definition.workflow.triggers.find((trigger) => trigger.type === "http");
    return http?.type === "http" ? http.syncTimeoutMs : 30_000;
  }

  async waitForEnd(tenant: TenantId, run: RunId, untilMs: number): Promise<RunView> {
    const place = runPlace(tenant, run);
    let active = this.#runs.inMemory(tenant, run);
    for (;;) {
      this.#runs.checkGoesOn(tenant, run);
      if (active?.state != null) {
        // A view of a long list is large: it is made once, not at every news.
        const last =
          isTerminal(active.state.status) || this.#isOver(untilMs) ? this.#viewActive(active) : null;
        if (last !== null) return last;
      } else if ((await this.row(tenant, run)).endedAt !== null || this.#isOver(untilMs)) {
        return this.get(tenant, run);
      }
      const until = Math.min(untilMs, this.#ports.clock.now() + pollMs);
      active = (await this.#runs.watchers.next(place, until)) ?? this.#runs.inMemory(tenant, run);
    }
  }

  async events(
    tenant: TenantId,
    run: RunId,
    after: number,
    limit: number,
    untilMs: number,
  ): Promise<EventPage> {
    for (;;) {
      const row = this.#asViewed(await this.row(tenant, run));
      if (row.lastSeq > after) return this.#page(row, after, limit);
      if (row.endedAt !== null || this.#isOver(untilMs)) return { events: [], ended: row.endedAt !== null };
      const until = Math.min(untilMs, this.#ports.clock.now() + pollMs);
      await this.#runs.watchers.next(runPlace(tenant, run), until);
    }
  }

  /** Those of one step, or of one item of it. Errors: `run_not_found`, `step_not_found`. */
  async eventsAt(
    tenant: TenantId,
    run: RunId,
    after: number,
    limit: number,
    place: StepPlace,
  ): Promise<EventPage> {
    const row = this.#asViewed(await this.row(tenant, run));
    const steps = await this.#steps(row, await this.#runs.keys.open(row), [], 0);
    const step = steps.findIndex(({ id }) => id === place.step);
    if (step === -1) throw new DispatchedError("step_not_found", `${run} has no step ${place.step}`);
    const found: EventView[] = [];
    for (let from = after; ; ) {
      const page = await this.#page(row, from, eventsAtOnce, step);
      for (const event of page.events) {
        if (found.length === limit) return { events: found, ended: false };
        if (place.item === null || itemOf(event) === place.item) found.push(event);
      }
      if (page.last <= from || page.last >= row.lastSeq)
        return { events: found, ended: row.endedAt !== null };
      from = page.last;
    }
  }

  async list(
    tenant: TenantId,
    query: RunQuery,
    cursor: string | null,
    limit: number,
  ): Promise<Page<RunListItem>> {
    const page = await this.#ports.store.listRuns(tenant, this.filterOf(tenant, query), cursor, limit);
    return { rows: await Promise.all(page.rows.map((row) => this.listItem(row))), next: page.next };
  }

  /** A query as the store takes it: names and labels by their keyed hashes. */
  filterOf(tenant: TenantId, query: RunQuery): RunFilter {
    const { vault } = this.#ports;
    const { workflow, label, statuses, doing, createdFrom, createdTo, fingerprint } = query;
    const overdueAt = this.#ports.clock.now() - overdueMs;
    return {
      ...(workflow === undefined ? {} : { workflow: vault.hash(tenant, "workflow", workflow) }),
      ...(label === undefined ? {} : { label: labelHash(vault, tenant, label[0], label[1]) }),
      ...(statuses === undefined ? {} : { statuses }),
      ...(doing === undefined ? {} : { doing: bitsOf(doing) }),
      ...(doing?.includes("overdue") ? { overdueAt } : {}),
      ...(fingerprint === undefined ? {} : { failure: bytesOf(fingerprint) }),
      ...(createdFrom === undefined ? {} : { createdFrom }),
      ...(createdTo === undefined ? {} : { createdTo }),
    };
  }

  explain(tenant: TenantId, run: RunId): Promise<Explanation> {
    return explainRun(
      tenant,
      run,
      this.#definitions,
      async (id) => this.#runs.inMemory(tenant, id)?.state ?? (await this.load(tenant, id)).state,
      (id) => this.#runs.quarantined(tenant, id),
    );
  }

  /** The answer that the run gave, or its end, or what it is at `untilMs`. */
  async waitForAnswer(tenant: TenantId, run: RunId, untilMs: number): Promise<RunAnswer> {
    let seq = -1;
    for (;;) {
      const state = await this.#stateAfter(tenant, run, seq, untilMs);
      if (state !== null) {
        const done = state.responded !== null || isTerminal(state.status);
        if (done || this.#isOver(untilMs)) {
          return { view: await this.#view(tenant, run, state), responded: state.responded };
        }
        seq = state.seq;
      }
      const until = Math.min(untilMs, this.#ports.clock.now() + pollMs);
      const ended = await this.#runs.watchers.next(runPlace(tenant, run), until);
      if (ended?.state != null && isTerminal(ended.state.status)) {
        const { state: last } = ended;
        return { view: await this.#view(tenant, run, last), responded: last.responded };
      }
    }
  }

  /** Null while nothing has happened after event `seq`: a log is not read again for that. */
  async #stateAfter(tenant: TenantId, run: RunId, seq: number, untilMs: number): Promise<RunState | null> {
    const active = this.#runs.inMemory(tenant, run)?.state ?? null;
    if (active !== null) return active;
    this.#runs.checkGoesOn(tenant, run);
    if (!this.#isOver(untilMs) && (await this.row(tenant, run)).lastSeq === seq) return null;
    return (await this.load(tenant, run)).state;
  }

  async listItem(row: RunRow): Promise<RunListItem> {
    const key = await this.#runs.keys.open(row);
    const { workflow, version, labels } = openCard(this.#ports.vault, row, key);
    const { run: id, status, createdAt, endedAt } = row;
    const fingerprint = row.failure === null ? null : hex(row.failure);
    const doing = doings.filter((one) => (row.doing & doingBit(one)) !== 0);
    const line = await this.#nowLines.of(row, key);
    const quarantined = this.#runs.quarantined(row.tenant, id) !== null;
    const now = quarantined ? quarantinedLine(line) : line;
    return {
      id,
      workflow,
      version,
      status,
      quarantined,
      doing,
      now,
      labels,
      fingerprint,
      createdAt,
      endedAt,
    };
  }

  /** The store is ahead of the memory for a moment: who has read the last event must not find the run still open. */
  #asViewed(row: RunRow): RunRow {
    const seq = this.#runs.inMemory(row.tenant, row.run)?.state?.seq ?? row.lastSeq;
    return seq < row.lastSeq ? { ...row, lastSeq: seq, endedAt: null } : row;
  }

  async #page(row: RunRow, after: number, limit: number, step: number | null = null): Promise<LookedAt> {
    return consistently(this.#ports, row, await this.#runs.keys.open(row), (now, key) =>
      this.#readPage(this.#asViewed(now), key, { after, limit, step }),
    );
  }

  async #readPage(
    row: RunRow,
    key: DataKey,
    { after, limit, step }: { readonly after: number; readonly limit: number; readonly step: number | null },
  ): Promise<LookedAt> {
    const { vault, store } = this.#ports;
    const { tenant, run } = row;
    const batches = await store.readEvents(tenant, run, after, Math.min(limit, 64));
    let steps: readonly { readonly id: string }[] | null = null;
    const events: EventView[] = [];
    let last = after;
    for (const batch of batches) {
      if (events.length >= limit) break;
      last = Math.min(batch.lastSeq, row.lastSeq);
      if (step !== null && !batch.summaries.some((summary) => summary.step === step)) continue;
      const opened = openBatch(vault, key, tenant, run, batch);
      steps ??= await this.#steps(row, key, opened, batch.firstSeq);
      for (const [index, event] of opened.entries()) {
        const seq = batch.firstSeq + index;
        if (seq <= after || seq > row.lastSeq || (step !== null && stepOf(event) !== step)) continue;
        if (events.length < limit) events.push(viewEvent(seq, event, steps));
      }
    }
    if (step === null) last = events.at(-1)?.seq ?? after;
    else if (events.length === limit) last = events.at(-1)?.seq ?? last;
    return { events, last, ended: row.endedAt !== null && last >= row.lastSeq };
  }

  /** The steps of the run's definition: named in its first event. */
  async #steps(row: RunRow, key: DataKey, events: readonly RunEvent[], firstSeq: number) {
    const [first] = events;
    const named =
      first?.type === "run.created" && firstSeq === 1 ? first : openCard(this.#ports.vault, row, key);
    const definition = await this.#definitions.find(row.tenant, named.workflow, named.version);
    return definition.workflow.steps;
  }

  /** Errors: `run_not_found`, `run_quarantined`. */
  async row(tenant: TenantId, run: RunId): Promise<RunRow> {
    if (this.#runs.quarantined(tenant, run)?.isRead === false) this.#runs.checkGoesOn(tenant, run);
    const row = await this.#ports.store.readRun(tenant, run);
    if (row === null) throw new DispatchedError("run_not_found", `there is no run ${run}`);
    return row;
  }

  #viewActive(run: ActiveRun | null): RunView | null {
    if (run === null || run.state === null) return null;
    const { id, definition } = run.identity;
    return asReferred(viewRun(id, definition.workflow, run.state, run.effects.held), run.state);
  }

  async #view(tenant: TenantId, run: RunId, state: RunState): Promise<RunView> {
    const { workflow, version } = state.created;
    const definition = await this.#definitions.find(tenant, workflow, version);
    const view = viewRun(run, definition.workflow, state);
    if (this.#runs.quarantined(tenant, run) === null) return view;
    return { ...view, quarantined: true, now: quarantinedLine(view.now) };
  }

  #isOver(untilMs: number): boolean {
    return this.#ports.clock.now() >= untilMs || this.#runs.unready() === "shutting_down";
  }
}

function asReferred(view: RunView, { stores }: RunState): RunView {
  if (!stores) return view;
  const { shown, stored } = referBodies(view);
  return stored.length === 0 ? view : { ...shown, stored };
}

function bytesOf(hexadecimal: string): Uint8Array {
  return Uint8Array.from(hexadecimal.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function bitsOf(doing: readonly (Doing | "overdue")[]): number {
  return doing.reduce((bits, one) => (one === "overdue" ? bits : bits | doingBit(one)), 0);
}

function stepOf(event: RunEvent): number | undefined {
  return (event as { readonly step?: number }).step;
}

function itemOf({ data }: EventView): Json | undefined {
  return (data as JsonObject)["item"];
}

function viewEvent(seq: number, event: RunEvent, steps: readonly { readonly id: string }[]): EventView {
  const { type, at, ...data } = event as RunEvent & { readonly step?: number };
  const { step, ...fields } = data as { readonly step?: number };
  return {
    seq,
    type,
    at,
    step: step === undefined ? null : (steps[step]?.id ?? String(step)),
    data: withoutCredentials(fields as unknown as JsonObject),
  };
}
