// The runs in memory: taken from the store when they are due or asked for, and let go when they end or only wait.

import type { Fence, RunName, RunRow } from "../ports/store.ts";
import type { AttemptOutcome, CommandBody, RejectionCode } from "../run/command.ts";
import type { CallEffect } from "../run/effect.ts";
import type { Need } from "../run/need.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import { ActiveRun } from "./active-run.ts";
import type { Errands } from "./errands.ts";
import { HostGates } from "./host-gates.ts";
import { Journal } from "./journal.ts";
import { KeptRoots } from "./kept-roots.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { LiveRecords } from "./live-records.ts";
import type { EngineOptions } from "./options.ts";
import type { EnginePorts } from "./ports.ts";
import type { RunIdentity } from "./propose.ts";
import { type Quarantined, quarantineError } from "./quarantine.ts";
import { reasonOf } from "./reason-of.ts";
import { refused } from "./refused.ts";
import { Retention } from "./retention.ts";
import { runElsewhere } from "./run-elsewhere.ts";
import type { Errand } from "./run-errands.ts";
import type { RunHost } from "./run-host.ts";
import { RunKeys } from "./run-keys.ts";
import { RunLoader } from "./run-loader.ts";
import { runPlace } from "./run-place.ts";
import type { RunRecords } from "./run-records.ts";
import { computeFor } from "./sandbox-needs.ts";
import type { Secrets } from "./secrets.ts";
import { Slices } from "./slices.ts";
import { Sweeper } from "./sweeper.ts";
import { Timers } from "./timers.ts";
import { Watchers } from "./watchers.ts";

export class Runs implements RunHost {
  readonly ports: EnginePorts;
  readonly options: EngineOptions;
  readonly journal: Journal;
  readonly timers: Timers;
  readonly slices: Slices;
  readonly watchers: Watchers;
  readonly keys: RunKeys;
  readonly kept: KeptRoots;
  readonly live: LiveRecords;
  readonly #secrets: Secrets;
  readonly #lease: LeaseKeeper;
  readonly #sweeper: Sweeper;
  readonly #retention: Retention;
  readonly #gates: HostGates;
  #errands: Errands | null = null;
  readonly #active = new Map<string, ActiveRun>();
  readonly #loader: RunLoader;
  /** Claimed again before their end, or their letting go, was acknowledged: they are taken when it is. */
  readonly #regained = new Set<string>();
  #state: "new" | "running" | "draining" | "stopped" | "fenced" = "new";

  constructor(ports: EnginePorts, options: EngineOptions, { audit, definitions, secrets }: RunRecords) {
    this.ports = ports;
    this.options = options;
    this.journal = new Journal(ports);
    this.timers = new Timers(ports.clock);
    this.slices = new Slices(ports.clock);
    this.#gates = new HostGates(options.hosts, secrets.hosts, ports.clock, this.timers);
    this.watchers = new Watchers(this.timers);
    this.keys = new RunKeys(ports, audit, (tenant, run) => this.inMemory(tenant, run)?.identity ?? null);
    this.kept = new KeptRoots(ports, this.keys);
    this.live = new LiveRecords(ports, this.timers, definitions);
    this.#loader = new RunLoader(this, definitions);
    this.#secrets = secrets;
    this.#lease = new LeaseKeeper(ports, options, this.timers, {
      lost: () => this.fenced(),
      regained: () => {
        for (const run of [...this.#active.values()]) run.wake();
      },
    });
    this.#sweeper = new Sweeper(ports, options, this.timers, {
      fence: () => this.#lease.fence,
      room: () => (this.#state === "running" ? options.runsMax - this.#active.size : 0),
      take: (row, isFresh) => this.#take(row, isFresh).then((run) => run.wake()),
      poked: ({ tenant, run }) => this.inMemory(tenant, run)?.repeatErrands(() => true),
    });
    this.#retention = new Retention(ports, this.timers, () => this.#lease.fence);
  }

  async start(): Promise<void> {
    await this.#lease.open();
    this.#state = "running";
    this.ports.log.write("info", "engine.started", { node: this.options.node, fence: this.#lease.fence });
    this.#sweeper.start();
    this.#retention.start();
    this.live.start();
  }

  /** Waits for calls and appends under way, those that wait to be tried again included, then gives everything back. */
  async stop(): Promise<void> {
    if (this.#state !== "running") return;
    this.#state = "draining";
    this.#gates.close();
    this.#sweeper.stop();
    this.#retention.stop();
    this.live.stop();
    const until = this.ports.clock.now() + this.options.drainMs;
    while ([...this.#active.values()].some((run) => !run.isQuiet) && this.ports.clock.now() < until) {
      await new Promise<void>((resolve) => this.timers.set(this.ports.clock.now() + 20, resolve));
    }
    await this.journal.idle();
    // What one heard and could not write is lost with it: its attempts count as sent.
    const released = [...this.#active.values()].filter((run) => run.isQuiet && run.state !== null);
    this.#state = "stopped";
    this.#lease.close();
    this.#dropAll();
    await this.#closeLease(released.map(({ identity }) => ({ tenant: identity.tenant, run: identity.id })));
    this.ports.log.write("info", "engine.stopped", { node: this.options.node });
  }

  /** Where the store cannot, the lease ends by itself, and other nodes take the runs then. */
  async #closeLease(released: readonly RunName[]): Promise<void> {
    try {
      await this.ports.store.closeLease(this.#lease.fence, released);
    } catch (error) {
      this.ports.log.write("warn", "lease.not_closed", { reason: reasonOf(error) });
    }
  }

  /** Why no work can be taken, or null. */
  unready(): "shutting_down" | "store_unavailable" | null {
    if (this.#state !== "running") return "shutting_down";
    return this.#lease.isLive() ? null : "store_unavailable";
  }

  /** A new run's place in memory. Errors: `too_many_runs`, `shutting_down`, `store_unavailable`. */
  create(identity: RunIdentity): ActiveRun {
    this.checkRoom();
    const run = new ActiveRun(this, identity, null);
    this.#active.set(runPlace(identity.tenant, identity.id), run);
    return run;
  }

  checkRoom(): void {
    const unready = this.unready();
    if (unready !== null)
      throw new DispatchedError(unready, "the engine takes no work now", { retryable: true });
    if (this.#active.size >= this.options.runsMax) {
      throw new DispatchedError("too_many_runs", `${this.options.runsMax} runs are in flight here`, {
        retryable: true,
        hint: "try again in a moment",
      });
    }
  }

  inMemory(tenant: TenantId, run: RunId): ActiveRun | null {
    return this.#active.get(runPlace(tenant, run)) ?? null;
  }

  quarantined(tenant: TenantId, run: RunId): Quarantined | null {
    return this.#loader.quarantined(runPlace(tenant, run));
  }

  /** Errors: `run_quarantined`. */
  checkGoesOn(tenant: TenantId, run: RunId): void {
    const quarantined = this.quarantined(tenant, run);
    if (quarantined !== null) throw quarantineError(run, quarantined);
  }

  /** Has the run decide, and resolves when that is durable. Errors: those of `bring`, and what the run rejects. */
  async send(tenant: TenantId, run: RunId, command: CommandBody, ended = false): Promise<void> {
    const isLeft = command.type === "cancel" && !command.compensate;
    if (isLeft && this.quarantined(tenant, run)?.isRead === true)
      return this.#loader.end(await this.#claimed(tenant, run, ended));
    let active = await this.bring(tenant, run, ended);
    // It may have been let go meanwhile.
    while (this.inMemory(tenant, run) !== active) active = await this.bring(tenant, run, ended);
    const rejection = await new Promise<RejectionCode | null>((decided, failed) => {
      active.post(command, { decided, failed });
    });
    if (rejection === null) return;
    // Nothing was appended: without a lease it was decided over what may be old.
    if (!this.#lease.isLive()) throw runElsewhere(`another node may hold ${run}`);
    throw refused(rejection, run);
  }

  /**
   * The run in memory, taken from the store when it is not; one that has ended only where `ended` says so. Whoever has no
   * command for it wakes it: it may go again. Errors: `run_not_found`, `run_elsewhere`, `run_ended`,
   * `run_quarantined`.
   */
  async bring(tenant: TenantId, run: RunId, ended = false): Promise<ActiveRun> {
    const place = runPlace(tenant, run);
    const there = this.inMemory(tenant, run) ?? this.#loader.loading(place);
    if (there !== null) return there;
    this.checkGoesOn(tenant, run);
    if (this.unready() !== null) this.checkRoom();
    const isHere = this.ports.vault.isOpen(tenant) || this.#loader.holds(place);
    if (!isHere) await this.keys.checkUnattended(tenant, run);
    return this.#take(await this.#claimed(tenant, run, ended));
  }

  async #claimed(tenant: TenantId, run: RunId, ended: boolean): Promise<RunRow> {
    const row = await this.#claim(tenant, run, ended);
    if (row === null || row === false || !row.held) this.#loader.note(runPlace(tenant, run), null);
    if (row === null) throw new DispatchedError("run_not_found", `there is no run ${run}`);
    if (row === false) throw runElsewhere(`another node holds ${run}`);
    if (row.endedAt !== null && !row.held && !ended)
      throw new DispatchedError("run_ended", `${run} has ended: ${row.status}`);
    return row;
  }

  async #claim(tenant: TenantId, run: RunId, ended: boolean): Promise<RunRow | null | false> {
    try {
      return await this.ports.store.claimRun(this.#lease.fence, this.ports.clock.now(), tenant, run, ended);
    } catch (error) {
      this.#sweeper.doubt();
      throw error;
    }
  }

  /** @param isFresh it was claimed just now: what is known of it from before counts no more */
  #take(row: RunRow, isFresh = false): Promise<ActiveRun> {
    const place = runPlace(row.tenant, row.run);
    const there = this.#active.get(place);
    if (there === undefined) {
      if (isFresh) this.#loader.note(place, row.held);
      return this.#loader.load(row);
    }
    if (!row.held) this.#regained.add(place);
    return Promise.resolve(there);
  }

  loaded(run: ActiveRun): void {
    this.#active.set(runPlace(run.identity.tenant, run.identity.id), run);
  }

  hurry(): void {
    this.#sweeper.hurry();
  }

  isRunning(): boolean {
    return this.#state === "running";
  }

  // What a run in memory asks of us.

  fence(): Fence {
    return this.#lease.fence;
  }

  maySend(): boolean {
    return this.#state === "running" && this.mayGoOn();
  }

  mayGoOn(): boolean {
    return (this.#state === "running" || this.#state === "draining") && this.#lease.isLive();
  }

  perform(run: ActiveRun, effect: CallEffect, done: (outcome: AttemptOutcome | "locked") => void) {
    return this.#gates.perform(this, this.#secrets, { run, effect, done });
  }

  changed(run: ActiveRun): void {
    this.watchers.tell(runPlace(run.identity.tenant, run.identity.id), run);
  }

  ended(run: ActiveRun, pokes: readonly RunId[]): void {
    this.#forget(run);
    this.live.ended();
    this.poked(run, pokes);
    if (run.state?.created.slotKey !== undefined) this.#sweeper.hurry();
    this.#afterwards(run);
  }

  poked({ identity }: ActiveRun, pokes: readonly RunId[]): void {
    let elsewhere = false;
    for (const poked of pokes) {
      const there = this.inMemory(identity.tenant, poked);
      if (there === null) elsewhere = true;
      else there.repeatErrands((errand) => "run" in errand && errand.run === identity.id);
    }
    if (elsewhere) this.#sweeper.hurry();
  }

  /** An event came in: runs here that wait for one look at once, those elsewhere are poked in the store. */
  incoming(tenant: TenantId): void {
    for (const run of [...this.#active.values()]) {
      if (run.identity.tenant === tenant) run.repeatErrands((errand) => errand.type === "event");
    }
    this.#sweeper.hurry();
  }

  errand(run: ActiveRun, effect: Errand, settled: (state: "done" | "locked") => void): void {
    this.#errands?.run(run, effect, settled);
  }

  async makeLive(run: ActiveRun): Promise<void> {
    run.identity = await this.kept.makeLive(this.live, run.identity);
  }

  /** Somebody of the tenant has signed in: its runs can be opened. */
  unlocked(tenant: TenantId): void {
    for (const run of this.keys.awaited(tenant)) this.#loader.later(tenant, run, 0);
    for (const run of [...this.#active.values()]) {
      if (run.identity.tenant === tenant) run.repeatErrands(() => true);
    }
    this.#sweeper.hurry();
  }

  evaluate(run: ActiveRun, needs: readonly Need[]): void {
    computeFor(this, run, needs);
  }

  /** Set once: errands start runs, and those are started here. */
  useErrands(errands: Errands): void {
    this.#errands = errands;
  }

  parked(run: ActiveRun): void {
    this.#forget(run);
    this.#sweeper.hurry();
    this.#afterwards(run);
  }

  #afterwards({ identity: { tenant, id } }: ActiveRun): void {
    if (this.#regained.delete(runPlace(tenant, id))) void this.#takeRegained(tenant, id);
  }

  /** Nothing of it was under way: this node let it go, and claimed it at once. */
  async #takeRegained(tenant: TenantId, run: RunId): Promise<void> {
    try {
      const row = await this.#claim(tenant, run, false);
      if (row === null || row === false || (row.endedAt !== null && !row.held)) return;
      (await this.#take({ ...row, held: false })).wake();
    } catch {
      this.#loader.later(tenant, run);
    }
  }

  discarded(run: ActiveRun): void {
    this.#forget(run);
  }

  doubted(): void {
    this.#sweeper.doubt();
  }

  evicted(run: ActiveRun, wasQuiet: boolean): void {
    this.#forget(run);
    const { tenant, id } = run.identity;
    if (wasQuiet) this.#loader.note(runPlace(tenant, id), false);
    this.#loader.later(tenant, id);
    // Its end may have been stored late: then nothing else is told of it.
    this.watchers.feed.tell(tenant, id);
  }

  quarantine(run: ActiveRun, error: unknown): void {
    run.leave(error);
    this.#forget(run);
    this.#loader.quarantine(run.identity.tenant, run.identity.id, error, run.state !== null);
  }

  /** A tenant was: what is left of it goes. */
  deleted(): void {
    this.#retention.lookNow();
  }

  fenced(): void {
    if (this.#state === "fenced" || this.#state === "stopped") return;
    this.#state = "fenced";
    this.#sweeper.stop();
    this.#retention.stop();
    this.live.stop();
    this.#lease.close();
    this.ports.log.write("error", "engine.fenced", { node: this.options.node, fence: this.#lease.fence });
    this.#dropAll();
    this.options.onFenced();
  }

  goneError(): DispatchedError {
    return new DispatchedError("shutting_down", "the engine has let the run go", { retryable: true });
  }

  #dropAll(): void {
    for (const run of this.#active.values()) run.leave(this.goneError());
    this.#active.clear();
    this.watchers.wakeAll();
    this.timers.close();
  }

  #forget(run: ActiveRun): void {
    const place = runPlace(run.identity.tenant, run.identity.id);
    if (this.#active.get(place) === run) this.#active.delete(place);
  }
}
