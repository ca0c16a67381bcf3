// One walk: three nodes, crashes and losses of power at any step, and a judge that looks after each.

import { isDestroyed, laggards } from "../../src/engine/epochs.ts";
import { Prng } from "../../src/simulation/prng.ts";
import { ModelNode } from "./model-node.ts";
import { Schedule } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import { type Counts, Tables, type Weakness } from "./tables.ts";

const steps = 800;
const settleStepsMax = 3000;

export interface Walked {
  readonly found: ReadonlySet<string>;
  readonly counts: Counts;
  readonly steps: number;
  readonly crashes: number;
  readonly lostRenames: number;
  readonly destroyed: number;
  readonly loads: number;
}

export async function walk(seed: number, weakness: Weakness | null): Promise<Walked> {
  const prng = new Prng(seed);
  const tables = new Tables(weakness);
  const stage: Stage = {
    tables,
    schedule: new Schedule(),
    prng: prng.fork(),
    found: new Set(),
    now: 0,
    wild: true,
    retentionMs: prng.between(10, 60),
    loads: 0,
    crashes: 0,
    lostRenames: 0,
  };
  const lagging = prng.between(0, 5);
  const nodes = ["a", "b", "c"].map((name, index) => new ModelNode(name, stage, index === lagging ? 0.1 : 1));
  for (const { name } of nodes) tables.nodes.set(name, { leaseEndsAt: 0, reportedEpoch: 0 });
  const judge = new Judge(stage, nodes);
  for (; stage.now < steps; stage.now++) {
    for (const node of nodes) {
      if (node.keys === null && prng.chance(0.1)) node.start();
      else if (node.keys !== null && prng.chance(0.004)) node.crash(prng.chance(0.5));
    }
    await stage.schedule.advance(prng);
    judge.look();
  }
  await settle(stage, nodes, prng, judge);
  return {
    found: stage.found,
    counts: tables.counts,
    steps: stage.now,
    crashes: stage.crashes,
    lostRenames: stage.lostRenames,
    destroyed: judge.destroyed + 1,
    loads: stage.loads,
  };
}

/** Everything that was begun comes to its end once nothing crashes and no session lives. */
async function settle(stage: Stage, nodes: readonly ModelNode[], prng: Prng, judge: Judge): Promise<void> {
  for (const node of nodes) node.crash(true);
  stage.wild = false;
  stage.retentionMs = Number.POSITIVE_INFINITY;
  stage.tables.sessions.clear();
  for (const node of nodes) node.start();
  const isDone = () => {
    const view = stage.tables.view();
    return (
      stage.tables.current() !== null &&
      view.epochs.every(({ epoch, state }) => state === "current" || isDestroyed(view, epoch)) &&
      laggards(view).length === 0
    );
  };
  for (const until = stage.now + settleStepsMax; stage.now < until && !isDone(); stage.now++) {
    await stage.schedule.advance(prng);
    judge.look();
  }
  if (!isDone()) stage.found.add("an epoch is not destroyed when all is quiet");
  for (const node of nodes) node.crash(true);
}

class Judge {
  /** The latest epoch that was ever said to be destroyed. */
  destroyed = -1;
  readonly #stage: Stage;
  readonly #nodes: readonly ModelNode[];

  constructor(stage: Stage, nodes: readonly ModelNode[]) {
    this.#stage = stage;
    this.#nodes = nodes;
  }

  look(): void {
    const { tables, found } = this.#stage;
    this.#noteDestroyed();
    for (const { file, keys } of this.#nodes) {
      const contents = [file.durable, file.renamed ?? file.durable, keys?.oldest ?? file.durable];
      if (Math.min(...contents) <= this.destroyed) found.add("a destroyed key can still be made");
      const oldest = Math.max(...contents);
      for (const epoch of tables.wraps.values()) {
        if (epoch < oldest) found.add("a node cannot open a live wrap");
      }
    }
    for (const rows of [tables.wraps, tables.sessions]) {
      for (const epoch of rows.values()) {
        if (tables.epochs.get(epoch)?.state === "retired") found.add("a wrap is left under a retired epoch");
      }
    }
    let current = 0;
    for (const { state } of tables.epochs.values()) if (state === "current") current++;
    if (current > 1) found.add("two epochs are current");
    if (tables.counts.dropped > 0) found.add("a wrap was dropped");
  }

  /** Once said it is remembered, whatever the rows say later. */
  #noteDestroyed(): void {
    const { tables } = this.#stage;
    if (!tables.epochs.has(this.destroyed + 1)) return;
    const view = tables.view();
    while (isDestroyed(view, this.destroyed + 1) && tables.epochs.has(this.destroyed + 1)) this.destroyed++;
  }
}
