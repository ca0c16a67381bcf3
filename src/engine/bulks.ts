// Actions on many runs: the set is stored first, then dealt with run by run, on whatever node its tenant is open.

import type { BulkAction, BulkKey, BulkOutcome, BulkRow, BulkRun } from "../ports/bulk-store.ts";
import type { Page, RunRow } from "../ports/store.ts";
import { canonicalJson } from "../value/canonical-json.ts";
import { type BulkId, newBulkId, type RunId, type TenantId } from "../value/id.ts";
import type { Json } from "../value/json.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import type { BulkApi, BulkPreview, BulkRequest } from "./bulk-api.ts";
import type { RunQuery } from "./engine-api.ts";
import type { GoingAgain } from "./going-again.ts";
import { isLocked } from "./is-locked.ts";
import type { EnginePorts } from "./ports.ts";
import { Postponed } from "./postponed.ts";
import type { RunReader } from "./run-reader.ts";
import type { Runs } from "./runs.ts";
import { sameBytes } from "./same-bytes.ts";
import { sideBySide } from "./side-by-side.ts";

const { bulk_runs: runsMax, bulks: runningMax } = limits;
const pageRows = 500;
const samplesMax = 5;
/** Their writes share transactions; each may bring the whole log of a run into memory. */
const atOnceMax = 16;
const restMs = 1_000;
const lookMs = 5_000;
const claimMax = 16;
const cleanMs = 3_600_000;
const cleanMax = 50;
const keptMs = 7 * 86_400_000;

/** It will go, once there is room again or the store answers: not a word on the run. */
const passing: ReadonlySet<string> = new Set(["too_many_runs", "store_unavailable", "store_rolled_back"]);

interface Work {
  /** By somebody on this node. */
  aborted: boolean;
  /** Runs that another node holds, or whose keys are being replaced: the others are not held up by them. */
  readonly postponed: Postponed;
}

export class Bulks implements BulkApi {
  readonly #ports: EnginePorts;
  readonly #runs: Runs;
  readonly #reader: RunReader;
  readonly #goingAgain: GoingAgain;
  /** Those that this node deals with now. */
  readonly #working = new Map<BulkId, Work>();
  readonly #waiting = new Map<BulkId, Set<() => void>>();
  #stopped = true;

  constructor(ports: EnginePorts, runs: Runs, reader: RunReader, goingAgain: GoingAgain) {
    this.#ports = ports;
    this.#runs = runs;
    this.#reader = reader;
    this.#goingAgain = goingAgain;
  }

  start(): void {
    this.#stopped = false;
    void this.#look();
    void this.#clean();
  }

  stop(): void {
    this.#stopped = true;
    for (const id of [...this.#waiting.keys()]) this.#tell(id);
  }

  /** Somebody of a tenant has signed in here: what stood goes on. */
  hurry(): void {
    if (!this.#stopped) void this.#claim();
  }

  async preview(tenant: TenantId, request: BulkRequest): Promise<BulkPreview> {
    const bound = this.#ports.clock.now();
    const { rows, more } =
      "runs" in request
        ? { rows: await this.#named(tenant, request.runs), more: false }
        : await this.#matching(tenant, request.filter);
    const samples = await Promise.all(rows.slice(0, samplesMax).map((row) => this.#reader.listItem(row)));
    const [newestAt, oldestAt] = [rows[0]?.createdAt ?? null, rows.at(-1)?.createdAt ?? null];
    return { matched: rows.length, more, oldestAt, newestAt, bound, samples };
  }

  async begin(
    tenant: TenantId,
    request: BulkRequest,
    idempotencyKey: string | null = null,
  ): Promise<BulkRow> {
    const by = idempotencyKey === null ? null : this.#keyOf(tenant, request, idempotencyKey);
    const begun = by === null ? null : await this.#begunBy(tenant, by);
    if (begun !== null) return begun;
    this.#runs.checkRoom();
    const { store, clock, entropy } = this.#ports;
    const { action } = request;
    const runs =
      "runs" in request
        ? newestFirst(request.runs)
        : (await this.#matching(tenant, request.filter)).rows.map(({ run }) => run);
    const createdAt = clock.now();
    const id = newBulkId(createdAt, entropy.bytes(10));
    const result = await store.bulks.create(
      this.#runs.fence(),
      { tenant, id, action, createdAt, by },
      runs,
      runningMax,
    );
    // The same request came by another way meanwhile.
    if (result === "begun") return this.begin(tenant, request, idempotencyKey);
    if (result === "stale_fence") throw this.#runs.goneError();
    if (result === "gone") throw new DispatchedError("unauthenticated", "the tenant was deleted");
    if (result === "too_many") {
      throw new DispatchedError("too_many_bulks", `${runningMax} bulk actions are running`, {
        retryable: true,
        hint: "wait until one has ended, or abort one",
      });
    }
    const row = await this.show(tenant, id);
    if (row.state === "running") void this.#work(row);
    return row;
  }

  #keyOf(tenant: TenantId, request: BulkRequest, idempotencyKey: string): BulkKey {
    const { vault } = this.#ports;
    const key = vault.hash(tenant, "start", `bulk\n${idempotencyKey}`);
    const asked = JSON.parse(JSON.stringify(request)) as Json;
    return { key, asked: vault.hash(tenant, "start", `asked\n${canonicalJson(asked)}`) };
  }

  /** Errors: `idempotency_conflict`. */
  async #begunBy(tenant: TenantId, { key, asked }: BulkKey): Promise<BulkRow | null> {
    const begun = await this.#ports.store.bulks.readBegun(tenant, key);
    if (begun === null || sameBytes(begun.asked, asked)) return begun?.row ?? null;
    const message = `this idempotency key began ${begun.row.id} with another request`;
    throw new DispatchedError("idempotency_conflict", message, { extra: { bulk: begun.row.id } });
  }

  async show(tenant: TenantId, id: BulkId): Promise<BulkRow> {
    const row = await this.#ports.store.bulks.read(tenant, id);
    if (row === null) throw notFound(id);
    return row;
  }

  async next(tenant: TenantId, id: BulkId, done: number, untilMs: number): Promise<BulkRow> {
    for (;;) {
      const row = await this.show(tenant, id);
      const isOver = this.#ports.clock.now() >= untilMs || this.#stopped;
      // What was under way when it was aborted is noted first: what is told last is what there is.
      const settles = row.state === "aborted" && this.#working.has(id);
      if ((row.state !== "running" && !settles) || row.done > done || isOver) return row;
      // What another node does sends no news here.
      await this.#news(id, Math.min(untilMs, this.#ports.clock.now() + restMs));
    }
  }

  async results(
    tenant: TenantId,
    id: BulkId,
    refused: boolean,
    cursor: string | null,
    limit: number,
  ): Promise<Page<BulkRun>> {
    await this.show(tenant, id);
    return this.#ports.store.bulks.runs(tenant, id, refused, cursor, limit);
  }

  list(tenant: TenantId, cursor: string | null, limit: number): Promise<Page<BulkRow>> {
    return this.#ports.store.bulks.list(tenant, cursor, limit);
  }

  async abort(tenant: TenantId, id: BulkId): Promise<BulkRow> {
    const row = await this.#ports.store.bulks.abort(tenant, id, this.#ports.clock.now());
    if (row === null) throw notFound(id);
    const work = this.#working.get(id);
    if (work !== undefined && row.state === "aborted") work.aborted = true;
    this.#tell(id);
    return row;
  }

  /** Those of them that are there. */
  async #named(tenant: TenantId, runs: readonly RunId[]): Promise<readonly RunRow[]> {
    const { store } = this.#ports;
    const rows = await sideBySide(newestFirst(runs), atOnceMax, (run) => store.readRun(tenant, run));
    return rows.filter((row) => row !== null);
  }

  async #matching(
    tenant: TenantId,
    query: RunQuery,
  ): Promise<{ readonly rows: readonly RunRow[]; readonly more: boolean }> {
    const filter = this.#reader.filterOf(tenant, query);
    const found: RunRow[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await this.#ports.store.listRuns(tenant, filter, cursor, pageRows);
      found.push(...page.rows);
      const more = found.length > runsMax || (found.length === runsMax && page.next !== null);
      if (page.next === null || found.length >= runsMax) return { rows: found.slice(0, runsMax), more };
      cursor = page.next;
    }
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    await this.#claim();
    this.#runs.timers.set(this.#ports.clock.now() + lookMs, () => void this.#look());
  }

  /**
   * Takes what no living node deals with, and lets go what nobody can go on with here: also what it was given by an answer
   * that was lost.
   */
  async #claim(): Promise<void> {
    const { store, vault, clock } = this.#ports;
    const tenants = vault.openTenants();
    try {
      const rows = await store.bulks.claim(this.#runs.fence(), clock.now(), tenants, claimMax);
      for (const row of rows) void this.#work(row);
    } catch {
      // The next look may find the store there.
    }
  }

  /** Until it has ended, or cannot be gone on with here; a later look finds what is left. */
  async #work({ tenant, id, action }: BulkRow): Promise<void> {
    if (this.#working.has(id)) return;
    const work = { aborted: false, postponed: new Postponed() };
    this.#working.set(id, work);
    try {
      while (await this.#deal(tenant, id, action, work)) {
        // Each round notes what became of its runs.
      }
    } catch (error) {
      const code = error instanceof DispatchedError ? error.code : "unexpected";
      if (!this.#stopped) this.#ports.log.write("warn", "bulk.failed", { bulk: id, code });
    } finally {
      this.#working.delete(id);
      this.#tell(id);
    }
    if (!this.#stopped && !this.#isOpen(tenant)) await this.#claim();
  }

  /** Deals with some runs: true while there are more to be dealt with here. */
  async #deal(tenant: TenantId, id: BulkId, action: BulkAction, work: Work): Promise<boolean> {
    const { store, clock } = this.#ports;
    const { postponed } = work;
    const { bulkPage } = this.#runs.options;
    const pending = await store.bulks.pending(tenant, id, bulkPage + postponed.count);
    if (pending.length === 0 || this.#stopped) return false;
    const due = pending.filter(({ place }) => postponed.isDue(place, clock.now())).slice(0, bulkPage);
    const all = await sideBySide(due, atOnceMax, async ({ place, run }) =>
      this.#outcome(tenant, id, action, { place, run }, work),
    );
    const outcomes = all.filter((one) => one !== null && one !== "later");
    const row = await store.bulks.settle(this.#runs.fence(), tenant, id, outcomes, clock.now());
    for (const { place } of outcomes) postponed.forget(place);
    this.#tell(id);
    if (row === null || row.state !== "running" || this.#stopped) return false;
    if (all.includes(null)) {
      if (!this.#isOpen(tenant)) return false;
      await this.#pause(restMs);
    } else if (due.length === 0) {
      await this.#pause(Math.max(0, (postponed.nextAt() ?? 0) - clock.now()));
    }
    return true;
  }

  /** Null when nothing can be dealt with now, and may be later; `later` of this run alone. */
  async #outcome(
    tenant: TenantId,
    id: BulkId,
    action: BulkAction,
    { place, run }: Pick<BulkRun, "place" | "run">,
    work: Work,
  ): Promise<BulkOutcome | "later" | null> {
    const isOff = () => this.#stopped || this.#runs.unready() !== null;
    if (work.aborted || isOff()) return null;
    try {
      return { place, code: null, created: await this.#act(tenant, id, action, run) };
    } catch (error) {
      // A node that stops refuses everything; that says nothing of the run.
      if (isOff()) return null;
      const known = error instanceof DispatchedError ? error : null;
      const isPassing =
        known !== null && (passing.has(known.code) || (isLocked(known) && !this.#isOpen(tenant)));
      if (isPassing) return null;
      if (known?.retryable === true && work.postponed.put(place, this.#ports.clock.now())) return "later";
      return { place, code: known?.code ?? "internal", created: null };
    }
  }

  #isOpen(tenant: TenantId): boolean {
    return this.#ports.vault.isOpen(tenant);
  }

  /** Gives the run that was made, if one was: it is made once, however often this is called. */
  async #act(tenant: TenantId, id: BulkId, action: BulkAction, run: RunId): Promise<RunId | null> {
    if (action === "rerun") {
      const startKey = this.#ports.vault.hash(tenant, "start", `bulk\n${id}\n${run}`);
      const request = { from: [], version: null };
      return (await this.#goingAgain.rerun(tenant, run, request, startKey)).run;
    }
    const command = action === "cancel" ? ({ type: action, compensate: true } as const) : { type: action };
    await this.#runs.send(tenant, run, command);
    return null;
  }

  async #clean(): Promise<void> {
    if (this.#stopped) return;
    const { store, clock } = this.#ports;
    const dropped = await store.bulks.drop(clock.now() - keptMs, cleanMax).catch(() => 0);
    const restedMs = dropped < cleanMax ? cleanMs : restMs;
    this.#runs.timers.set(clock.now() + restedMs, () => void this.#clean());
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#runs.timers.set(this.#ports.clock.now() + ms, resolve));
  }

  #news(id: BulkId, untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      const { timers } = this.#runs;
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      const timer = timers.set(untilMs, () => wake());
      const wake = () => {
        timers.cancel(timer);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(id);
        resolve();
      };
      waiting.add(wake);
    });
  }

  #tell(id: BulkId): void {
    for (const wake of [...(this.#waiting.get(id) ?? [])]) wake();
  }
}

/** Each once; an id begins with the time at which its run was made. */
function newestFirst(runs: readonly RunId[]): readonly RunId[] {
  return [...new Set(runs)].sort().reverse();
}

function notFound(id: BulkId): DispatchedError {
  return new DispatchedError("bulk_not_found", `there is no bulk action ${id}`);
}
