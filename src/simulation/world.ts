// One simulated world: nodes with the real engine over one simulated disk and network, callers, faults, from one seed.

import { Engine } from "../engine/engine.ts";
import type { Log } from "../ports/log.ts";
import { MemoryTables } from "../store/memory/memory-tables.ts";
import type { TenantId } from "../value/id.ts";
import { drawFaultPlan, type FaultPlan } from "./fault-plan.ts";
import { type History, modelKey } from "./history.ts";
import { SimClock } from "./ports/sim-clock.ts";
import { SimEntropy } from "./ports/sim-entropy.ts";
import { SimNetwork } from "./ports/sim-network.ts";
import { SimStore } from "./ports/sim-store.ts";
import { SimVault } from "./ports/sim-vault.ts";
import { Prng } from "./prng.ts";
import { readDisk } from "./read-disk.ts";
import { SimCallers } from "./sim-callers.ts";
import { SimNode, type SimWorld } from "./sim-node.ts";
import { VirtualTime } from "./virtual-time.ts";
import { generateWorkflow, secretNames } from "./workload/generate-workflow.ts";
import type { WorkflowModel } from "./workload/model.ts";
import { WorldRecord } from "./world-record.ts";

const startAt = 1_700_000_000_000;
const tenants = ["ten_a", "ten_b"] as unknown as readonly TenantId[];
const leaseTtlMs = 3_000;
/** Once faults stop, every run that can progress does so well within this. */
const patienceMs = 600_000;

export interface Simulated {
  readonly history: History;
  readonly record: WorldRecord;
  readonly tables: MemoryTables;
}

export async function simulate(seed: number, traced = false): Promise<Simulated> {
  return new World(seed, traced).play();
}

class World implements SimWorld {
  readonly time = new VirtualTime(startAt);
  readonly record: WorldRecord;
  readonly plan: FaultPlan;
  readonly #seed: number;
  readonly #prng: Prng;
  readonly #services: Prng;
  readonly #tables = new MemoryTables();
  readonly #models = new Map<string, WorkflowModel>();
  readonly #nodes: SimNode[] = [];
  readonly #clockAhead: number[] = [];
  readonly #callers: SimCallers;
  #crashes = 0;

  constructor(seed: number, traced: boolean) {
    this.#seed = seed;
    this.#prng = new Prng(seed);
    this.record = new WorldRecord(traced);
    this.plan = drawFaultPlan(this.#prng.fork());
    this.#services = this.#prng.fork();
    const prng = this.#prng.fork();
    this.#callers = new SimCallers({
      time: this.time,
      record: this.record,
      prng,
      node: () => prng.pick(this.#nodes) ?? null,
    });
  }

  faultsOn(): boolean {
    return this.time.now < startAt + this.plan.endsAfterMs;
  }

  async play(): Promise<Simulated> {
    for (let index = 0; index < this.plan.nodes; index++) {
      this.#clockAhead.push(this.#prng.between(0, 40));
      this.#boot(index);
    }
    this.#planFaults();
    const over = this.#planWork();
    await this.time.run(
      startAt + this.plan.endsAfterMs + patienceMs,
      () => over() && this.#tables.open.size === 0,
    );
    return { history: this.#history(), record: this.record, tables: this.#tables };
  }

  #boot(index: number): void {
    const node = new SimNode(index, this, this.#prng.fork(), this.#clockAhead[index] ?? 0);
    this.#nodes[index] = node;
    const log: Log = {
      write: (level, event, fields) => {
        if (event === "run.quarantined") this.record.quarantined++;
        this.record.note(this.time.now, `node ${index} ${level} ${event} ${JSON.stringify(fields)}`);
      },
    };
    const engine = new Engine(
      {
        store: new SimStore(node, this.#tables),
        vault: new SimVault(this.#prng.fork()),
        clock: new SimClock(node),
        entropy: new SimEntropy(this.#prng.fork()),
        caller: new SimNetwork(node, this.#services),
        log,
      },
      {
        node: `node-${index}`,
        leaseTtlMs,
        sweepMs: 700,
        parkAfterMs: this.plan.parkAfterMs,
        onFenced: () => this.#reboot(node),
      },
    );
    engine.start().then(
      () => {
        if (node.alive) node.engine = engine;
      },
      () => this.#reboot(node),
    );
  }

  /** The process ended by itself; its supervisor starts it again. */
  #reboot(node: SimNode): void {
    if (!node.alive) return;
    node.alive = false;
    node.engine = null;
    if (this.#nodes[node.index] === node) this.time.after(200, () => this.#boot(node.index));
  }

  crashed(node: SimNode): void {
    if (!node.alive || this.#nodes[node.index] !== node || this.#crashes >= this.plan.crashesMax) return;
    this.#crashes++;
    this.record.fault("crash");
    if (this.#prng.chance(this.plan.zombie)) {
      // It only stands still, long enough to be taken for dead, and then goes on beside its successor.
      this.record.fault("zombie");
      this.record.zombies = true;
      this.#boot(node.index);
      this.time.after(this.#prng.between(100, 6_000), () => {
        node.alive = false;
      });
      return;
    }
    node.alive = false;
    node.engine = null;
    this.time.after(this.#prng.between(20, 4_000), () => this.#boot(node.index));
  }

  #planFaults(): void {
    const prng = this.#prng.fork();
    for (let crash = 0; crash < this.plan.crashesMax; crash++) {
      this.time.after(prng.between(10, this.plan.endsAfterMs), () => this.crashed(prng.pick(this.#nodes)));
    }
    for (let jump = 0; jump < this.plan.clockJumps; jump++) {
      this.time.after(prng.between(10, this.plan.endsAfterMs), () => this.#jump(prng));
    }
  }

  /** Clocks jump together, as those of nodes in one place do when they are set. */
  #jump(prng: Prng): void {
    this.record.fault("clock_jump");
    const ahead = prng.between(100, 20_000);
    this.#clockAhead.forEach((_, index) => {
      this.#clockAhead[index] = (this.#clockAhead[index] ?? 0) + ahead;
    });
    for (const node of this.#nodes) {
      node.clockAheadMs += ahead;
      for (const wake of [...node.wakes]) this.time.after(0, wake);
    }
  }

  /** Gives what says whether all work is over. */
  #planWork(): () => boolean {
    const prng = this.#prng.fork();
    const span = Math.floor(this.plan.endsAfterMs * 0.8);
    let unstarted = 0;
    for (const tenant of tenants) {
      for (const name of secretNames) {
        void this.#callers.putSecret(tenant, name, false);
        if (prng.chance(0.3)) {
          const remove = prng.chance(0.3);
          if (remove) this.record.fault("secret_missing");
          this.time.after(prng.between(0, span), () => void this.#callers.putSecret(tenant, name, remove));
        }
      }
      const versions = prng.between(1, 2);
      for (let version = 1; version <= versions; version++) {
        const model = generateWorkflow(prng, `flow-${tenant.slice(-1)}`, version);
        this.#models.set(`${tenant}/${modelKey(model.name, version)}`, model);
        const orders = Array.from(
          { length: prng.between(3, 4) },
          (_, index) => `${tenant.slice(-1)}${version}-${index}`,
        );
        unstarted++;
        this.time.after(version === 1 ? 0 : prng.between(0, Math.floor(span / 2)), () => {
          void this.#callers.putWorkflow(tenant, model).then((put) => {
            unstarted--;
            if (!put) return;
            for (const order of orders) {
              unstarted++;
              this.time.after(prng.between(0, span), () => {
                unstarted--;
                void this.#callers.start(tenant, model, order);
              });
            }
          });
        });
      }
    }
    return () => unstarted === 0 && this.#callers.open === 0;
  }

  #history(): History {
    const { runs, disk } = readDisk(this.#tables, this.record);
    return {
      seed: this.#seed,
      models: this.#models,
      calls: this.record.calls,
      answers: this.record.answers,
      runs,
      secretWrites: this.record.secretWrites,
      leases: this.record.leases,
      writes: this.record.writes,
      exclusive: this.plan.nodes === 1,
      disk,
      faultsEndedAt: startAt + this.plan.endsAfterMs,
      endedAt: this.time.now,
      zombies: this.record.zombies,
      quarantined: this.record.quarantined,
    };
  }
}
