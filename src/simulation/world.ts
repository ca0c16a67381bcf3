// One simulated world: nodes with the real engine over one simulated disk and network, callers, faults, from one seed.

import { Engine } from "../engine/engine.ts";
import type { Log } from "../ports/log.ts";
import { MemoryTables } from "../store/memory/memory-tables.ts";
import type { RunRecord } from "../store/memory/run-record.ts";
import type { TenantId } from "../value/id.ts";
import { DownSpans } from "./down-spans.ts";
import {
  drawFaultPlan,
  engineOptions,
  type FaultKind,
  type FaultPlan,
  ofCallers,
  quietMs,
} from "./fault-plan.ts";
import { type Call, type History, modelKey } from "./history.ts";
import { historyOf } from "./history-of.ts";
import { type Concerned, InFlight } from "./in-flight.ts";
import { isSettled } from "./is-settled.ts";
import { parseOnce } from "./parse-once.ts";
import { SimClock } from "./ports/sim-clock.ts";
import { SimEntropy } from "./ports/sim-entropy.ts";
import { SimEpochKeys, type SimKeyFile } from "./ports/sim-epoch-keys.ts";
import { SimNetwork } from "./ports/sim-network.ts";
import { prepareSandbox, SimSandbox } from "./ports/sim-sandbox.ts";
import { SimStore } from "./ports/sim-store.ts";
import { SimVault } from "./ports/sim-vault.ts";
import { Prng } from "./prng.ts";
import { SimAsker } from "./sim-asker.ts";
import { SimCallers } from "./sim-callers.ts";
import { SimEvents } from "./sim-events.ts";
import { SimFollowers } from "./sim-followers.ts";
import { SimGoingAgain } from "./sim-going-again.ts";
import { SimGrants } from "./sim-grants.ts";
import { SimHooks } from "./sim-hooks.ts";
import { SimHosts } from "./sim-hosts.ts";
import { SimLive } from "./sim-live.ts";
import { SimNode, type SimWorld } from "./sim-node.ts";
import { SimParks } from "./sim-parks.ts";
import { type SimKeys, SimRotations } from "./sim-rotations.ts";
import { SimSenders } from "./sim-senders.ts";
import { SimSessions } from "./sim-sessions.ts";
import { SimSignals } from "./sim-signals.ts";
import { SimSyncCallers } from "./sim-sync-callers.ts";
import { simTenants } from "./sim-tenants.ts";
import { VirtualTime } from "./virtual-time.ts";
import { outsideOfTrigger } from "./workload/outside-features.ts";
import { WorldRecord } from "./world-record.ts";
import { WorldWork } from "./world-work.ts";

const leaseTtlMs = 3_000;
/** A clock goes back by at most so much across a restart. */
const backMaxMs = 3_000;
/** Longer than an engine waits for calls under way when it stops. */
const killAfterMs = 10_000;
/** Once faults stop, every run that can progress does so well within this. */
const patienceMs = 600_000;
/** The most that a world plays on after its faults: forty slow items in each of forty, one after the other, take hours. */
const longestMs = 24 * patienceMs;
/** Runs after which callers start no more, and none go again: whole trees of them follow from those that stand. */
const runsEnough = 60;
/** At the end of that nothing is left to be done. */
const restMs = 10_000;

export interface Simulated {
  readonly history: History;
  readonly record: WorldRecord;
  readonly tables: MemoryTables;
}

export async function simulate(seed: number, traced = false): Promise<Simulated> {
  await prepareSandbox();
  return new World(seed, traced).play();
}

class World implements SimWorld {
  readonly time: VirtualTime;
  readonly record: WorldRecord;
  readonly plan: FaultPlan;
  readonly sessions: SimSessions;
  readonly inFlight: InFlight;
  readonly #seed: number;
  readonly #prng: Prng;
  readonly #services: Prng;
  readonly #tables = new MemoryTables();
  readonly #nodes: SimNode[] = [];
  readonly #clockAhead: number[] = [];
  readonly #keyFiles: SimKeyFile[] = [];
  readonly #downSpans = new DownSpans(this);
  readonly #work: WorldWork;
  readonly #signals: SimSignals;
  readonly #goingAgain: SimGoingAgain;
  readonly #rotations: SimRotations;
  readonly #live: SimLive;
  readonly #followers: SimFollowers;
  #crashes = 0;
  #storeDownUntil = 0;

  constructor(seed: number, traced: boolean) {
    this.#seed = seed;
    this.#prng = new Prng(seed);
    this.record = new WorldRecord(traced);
    this.plan = drawFaultPlan(this.#prng.fork());
    this.time = new VirtualTime(this.plan.startsAt);
    this.#services = this.#prng.fork();
    this.sessions = new SimSessions(this, this.#prng.fork(), () => this.#nodes);
    const prng = this.#prng.fork();
    const node = () => prng.pick(this.#nodes) ?? null;
    const asker = new SimAsker(this, node);
    this.record.forgotten.watch(this, this.#tables);
    this.#signals = new SimSignals(this, this.#prng.fork(), asker);
    const model = (tenant: TenantId, name: string, version: number) =>
      this.#work.models.get(`${tenant}/${modelKey(name, version)}`);
    this.inFlight = new InFlight(model);
    this.#goingAgain = new SimGoingAgain(this, this.#prng.fork(), asker, model);
    const sync = new SimSyncCallers(this, this.#prng.fork(), asker);
    const [signals, goingAgain] = [this.#signals, this.#goingAgain];
    const callers = new SimCallers({ world: this, prng, asker, signals, goingAgain, sync, model });
    const events = new SimEvents(this, this.#prng.fork(), asker);
    const senders = new SimSenders(this, this.#prng.fork(), asker);
    const hooks = new SimHooks(this, this.#prng.fork(), asker);
    const grants = new SimGrants(this, this.#prng.fork(), asker);
    const hosts = new SimHosts(this, this.#prng.fork(), asker, () => this.#nodes);
    const workers = { callers, events, senders, hooks, grants, hosts, asker };
    this.#work = new WorldWork(this, { ...workers, prng: this.#prng.fork() });
    this.#live = new SimLive(this.record, this.time, this.#tables);
    const nodes = () => this.#nodes;
    this.#followers = new SimFollowers(this, this.#prng.fork(), nodes, () => this.#isWorkOver());
    this.#rotations = new SimRotations(this, this.#tables, this.#prng.fork(), () => this.#nodes);
  }

  keysOf(tenant: TenantId): SimKeys {
    return this.#rotations.keysOf(tenant);
  }

  rotateWithin(tenant: TenantId, ms: number): void {
    this.#rotations.rotateWithin(tenant, ms);
  }

  faultsOn(withinMs = 0): boolean {
    return this.time.now + withinMs < this.plan.startsAt + this.plan.endsAfterMs;
  }

  hasEnough(): boolean {
    return this.#tables.runs.size >= runsEnough;
  }

  storeIsDown(): boolean {
    return this.faultsOn() && this.time.now < this.#storeDownUntil;
  }

  written(): void {
    this.#live.written();
  }

  strike(kind: FaultKind, concerned: Concerned = null): void {
    const again =
      kind === "rerun" && typeof concerned === "object" ? this.inFlight.past(concerned ?? []) : null;
    const met = new Set(again ?? this.inFlight.features(concerned));
    for (const { tenant, model } of again === null ? this.#work.scheduled : []) {
      if (concerned !== null && concerned !== tenant) continue;
      for (const feature of outsideOfTrigger(model, "cron")) met.add(feature);
    }
    this.record.note(this.time.now, `${kind} strikes`);
    if (!ofCallers.has(kind)) this.record.strikes.push(this.time.now);
    if (kind.startsWith("store_") && typeof concerned !== "string")
      this.record.storeTroubles.push({ at: this.time.now, places: concerned });
    this.record.fault(kind, met);
  }

  strikeCall(kind: FaultKind, call: Call): void {
    this.record.note(this.time.now, `${kind} strikes ${call.key}`);
    this.record.fault(kind, this.inFlight.featuresOfCall(call));
  }

  clocks(): readonly number[] {
    return this.#clockAhead.map((ahead) => this.time.now + ahead);
  }

  callBack(call: Call): void {
    this.#signals.callBack(call);
  }

  async play(): Promise<Simulated> {
    for (let index = 0; index < this.plan.nodes; index++) {
      this.#clockAhead.push(this.#prng.between(0, 40));
      this.#boot(index);
    }
    this.#planFaults();
    this.sessions.plan();
    this.#work.plan();
    this.#live.watch();
    new SimParks(this, () => this.#openRuns()).watch();
    this.#rotations.plan();
    this.#followers.plan();
    this.record.damaged.plan(this, this.#tables, this.#prng.fork());
    await this.#playOut();
    this.record.damaged.mend(this.#tables);
    return {
      history: await historyOf({
        seed: this.#seed,
        models: this.#work.models,
        plan: this.plan,
        record: this.record,
        tables: this.#tables,
        sessions: this.sessions,
        leaseTtlMs,
        endedAt: this.time.now,
        rotationsUnderWay: this.#rotations.underWay,
      }),
      record: this.record,
      tables: this.#tables,
    };
  }

  /** Until all is over and has been for a while. */
  async #playOut(): Promise<void> {
    const faultsEndAt = this.plan.startsAt + this.plan.endsAfterMs;
    const isOver = () => this.#isWorkOver() && this.#followers.isOver;
    for (let quiet = false; !quiet; ) {
      await this.#runWhilePatient(faultsEndAt, isOver);
      if (!isOver()) return;
      const quietUntil = Math.max(this.time.now, faultsEndAt) + quietMs(this.plan);
      this.record.restsFrom = quietUntil - restMs;
      this.record.restingAsks.clear();
      await this.time.run(quietUntil, () => !isOver());
      quiet = isOver();
    }
  }

  #openRuns(): readonly RunRecord[] {
    return [...this.#tables.open].flatMap((place) => this.#tables.runs.get(place) ?? []);
  }

  #isWorkOver(): boolean {
    return (
      this.#work.isOver &&
      this.record.damaged.isAllThatIs(this.#tables.open) &&
      isSettled(this.#tables, this.sessions) &&
      this.#rotations.isOver
    );
  }

  /** Patience begins again with whatever becomes durable meanwhile: a long list of slow items is no standstill. */
  async #runWhilePatient(faultsEndAt: number, isOver: () => boolean): Promise<void> {
    const { durable } = this.record;
    for (let before = -1; before !== durable.size && this.time.now < faultsEndAt + longestMs; ) {
      before = durable.size;
      await this.time.run(Math.max(this.time.now, faultsEndAt) + patienceMs, isOver);
      if (isOver()) return;
    }
  }

  #boot(index: number): void {
    const prng = this.#prng.fork();
    const vault = new SimVault(this.#prng.fork(), new SimEpochKeys(this.#keyFileOf(index)));
    for (const tenant of simTenants) vault.admit(tenant, this.keysOf(tenant).keys);
    const node = new SimNode(index, this, prng, vault, this.#clockAhead[index] ?? 0);
    this.#nodes[index] = node;
    const log: Log = {
      write: (level, event, fields) => {
        this.record.logged(event, fields);
        this.record.note(this.time.now, `node ${index} ${level} ${event} ${JSON.stringify(fields)}`);
      },
    };
    const store = new SimStore(node, this.#tables);
    node.store = store;
    const engine = new Engine(
      {
        store,
        vault,
        clock: new SimClock(node),
        entropy: new SimEntropy(this.#prng.fork()),
        caller: new SimNetwork(node, this.#services),
        sandbox: new SimSandbox(node),
        log,
      },
      {
        node: `node-${index}`,
        leaseTtlMs,
        ...engineOptions(this.plan),
        parse: parseOnce,
        onFenced: () => this.#reboot(node),
      },
    );
    const bootedAt = node.now();
    this.#downSpans.boots(index, bootedAt);
    engine.start().then(
      () => {
        if (!node.alive) return;
        this.record.boots.push(this.#downSpans.isUp(index, node.now(), bootedAt));
        node.engine = engine;
        this.sessions.booted(node);
      },
      () => this.#reboot(node),
    );
  }

  #keyFileOf(index: number): SimKeyFile {
    this.#keyFiles[index] ??= { oldest: 0 };
    return this.#keyFiles[index];
  }

  #goesDown(node: SimNode): void {
    if (this.#nodes[node.index] === node) this.#downSpans.goesDown(node.index, node.now());
  }

  /** The process ended by itself; its supervisor starts it again. */
  #reboot(node: SimNode): void {
    if (!node.alive) return;
    this.#goesDown(node);
    node.die();
    if (this.#nodes[node.index] === node) this.time.after(200, () => this.#boot(node.index));
  }

  crashed(node: SimNode): void {
    if (!node.alive || this.#nodes[node.index] !== node || this.#crashes >= this.plan.crashesMax) return;
    this.#crashes++;
    this.#goesDown(node);
    this.strike("crash");
    if (this.#prng.chance(this.plan.zombie)) {
      // It only stands still, long enough to be taken for dead, and then goes on beside its successor.
      this.strike("zombie");
      this.record.zombies = true;
      this.#boot(node.index);
      this.time.after(this.#prng.between(100, 6_000), () => node.die());
      return;
    }
    node.die();
    this.time.after(this.#downSpans.drawDown(this.#prng), () => {
      this.#setBack(node.index);
      this.#boot(node.index);
    });
  }

  /** A clock that was corrected while the process was down; nodes beside each other keep theirs in step. */
  #setBack(index: number): void {
    if (this.plan.nodes > 1 || this.plan.outageMs > 0 || !this.faultsOn()) return;
    if (!this.#prng.chance(0.5)) return;
    this.strike("clock_back");
    this.#clockAhead[index] = (this.#clockAhead[index] ?? 0) - this.#prng.between(1, backMaxMs);
  }

  #planFaults(): void {
    const prng = this.#prng.fork();
    for (let crash = 0; crash < this.plan.crashesMax; crash++) {
      this.time.after(prng.between(10, this.plan.endsAfterMs), () => this.crashed(prng.pick(this.#nodes)));
    }
    for (let jump = 0; jump < this.plan.clockJumps; jump++) {
      this.time.after(prng.between(10, this.plan.endsAfterMs), () => this.#jump(prng));
    }
    this.#planStops(prng);
  }

  /** Clocks jump together, as those of nodes in one place do when they are set. */
  #jump(prng: Prng): void {
    this.strike("clock_jump");
    const ahead = prng.between(100, 20_000);
    this.record.jumpedMs += ahead;
    this.#clockAhead.forEach((_, index) => {
      this.#clockAhead[index] = (this.#clockAhead[index] ?? 0) + ahead;
    });
    for (const node of this.#nodes) {
      node.clockAheadMs += ahead;
      for (const wake of [...node.wakes]) this.time.after(0, wake);
    }
  }

  #planStops(prng: Prng): void {
    for (let stop = 0; stop < this.plan.stops; stop++) {
      this.time.after(prng.between(10, this.plan.endsAfterMs), () => this.#stop(prng.pick(this.#nodes)));
    }
    for (let down = 0; down < this.plan.storeDowns; down++) {
      this.time.after(prng.between(10, this.plan.endsAfterMs), () => {
        this.strike("store_down");
        this.#storeDownUntil = this.time.now + prng.between(200, 5_000);
      });
    }
  }

  /** A restart in good order, as for a new release; what does not stop is killed. */
  #stop(node: SimNode): void {
    const { engine } = node;
    if (!node.alive || engine === null || this.#nodes[node.index] !== node) return;
    this.strike("graceful_stop");
    const { process } = node.life;
    this.record.stops.push({
      process,
      at: node.now(),
      worldAt: this.time.now,
      order: this.record.nextOrder(),
    });
    this.#goesDown(node);
    const stopped = () => this.#reboot(node);
    engine.stop().then(stopped, stopped);
    this.time.after(killAfterMs, stopped);
  }
}
