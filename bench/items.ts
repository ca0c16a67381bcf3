// What an item costs in a long list and in a short one: CPU of the engine and bytes on the disk, an item.
//
// Usage: node bench/items.ts [--rounds N] [--large N] [--small N] [--shape NAME]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Sqlite from "better-sqlite3";
import { root, type StartedEngine, startDispatched } from "./dispatched.ts";
import { median, range } from "./figures.ts";
import { type ItemShape, itemShapes } from "./item-shapes.ts";
import { cpuSeconds, residentMb, start, stop } from "./started.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    large: { type: "string", default: "10000" },
    small: { type: "string", default: "1000" },
    shape: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const large = Number(values.large);
const small = Number(values.small);
const cpuRatioMax = 1.3;
const bytesRatioMax = 1.05;

interface Round {
  readonly cpuUs: number;
  readonly bytes: number;
  readonly seconds: number;
}

const itemChild = `
name: item-child
version: 1
triggers: []
steps:
  only: {value: "{{ trigger.body.item }}"}
`;

class Side {
  readonly #engine: StartedEngine;
  readonly #home: string;

  constructor(engine: StartedEngine, home: string) {
    this.#engine = engine;
    this.#home = home;
  }

  /** `runs` runs of `count` items, one after the other. */
  async round(name: string, shape: ItemShape, runs: number, count: number): Promise<Round> {
    const items = Array.from({ length: count }, (_, item) => `item-${String(item).padStart(5, "0")}`);
    const [cpu, bytes, began] = [cpuSeconds(this.#engine), this.#storedBytes(), performance.now()];
    for (let run = 0; run < runs; run++) {
      if (shape.watched === true) await this.#watch(await this.#run(name, items, "respond-async", 202));
      else await this.#run(name, items, "wait=300", shape.status);
    }
    const done = runs * count;
    return {
      cpuUs: ((cpuSeconds(this.#engine) - cpu) / done) * 1e6,
      bytes: (this.#storedBytes() - bytes) / done,
      seconds: (performance.now() - began) / 1000,
    };
  }

  /** The id of the run, once it was answered as `prefer` says. */
  async #run(name: string, items: readonly string[], prefer: string, status: number): Promise<string> {
    const answer = await fetch(`${this.#engine.url}/workflows/${name}`, {
      method: "POST",
      headers: { ...this.#engine.headers, "content-type": "application/json", prefer },
      body: JSON.stringify({ items }),
    });
    const text = await answer.text();
    if (answer.status !== status) throw new Error(`${answer.status} ${text.slice(0, 1_000)}`);
    return answer.headers.get("dispatched-run") ?? "";
  }

  async #watch(run: string): Promise<void> {
    while ((await this.#engine.client.getRun(run, 60)).ended_at === null);
  }

  /** As the last commit left it, wherever its pages lie now. */
  #storedBytes(): number {
    const database = new Sqlite(join(this.#home, "data/dispatched.db"), { readonly: true });
    const pragma = (name: string) => Number(database.pragma(name, { simple: true }));
    const bytes = (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
    database.close();
    return bytes;
  }
}

/** True when both targets are met. */
function report(shape: string, many: readonly Round[], few: readonly Round[]): boolean {
  const row = (name: string, of: (round: Round) => number, ratioMax: number | null) => {
    const [ours, theirs] = [many.map(of), few.map(of)];
    const ratio = median(ours) / median(theirs);
    const wanted = ratioMax === null ? "" : `, at most ${ratioMax.toFixed(2)} is wanted`;
    console.log(
      `${shape.padEnd(12)} ${name.padEnd(14)} ${large}: ${range(ours)}   ${small}: ${range(theirs)}   ratio ${ratio.toFixed(2)}${wanted}`,
    );
    return ratioMax === null || ratio <= ratioMax;
  };
  const met = [
    row("CPU µs an item", (round) => round.cpuUs, cpuRatioMax),
    row("bytes an item", (round) => round.bytes, bytesRatioMax),
    row("seconds", (round) => round.seconds, null),
  ];
  return met.every((one) => one);
}

const home = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
const service = await start(process.execPath, [join(root, "bench/service.ts")]);
const engine = await startDispatched(home);
try {
  const side = new Side(engine, home);
  await engine.client.putWorkflow("item-child", itemChild, "yaml");
  const shapes = itemShapes(`http://127.0.0.1:${service.ready}/`, "item-child");
  for (const [name, shape] of Object.entries(shapes)) {
    if (values.shape !== undefined && values.shape !== name) continue;
    const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${shape.document}\n`;
    await engine.client.putWorkflow(name, text, "yaml");
    await side.round(name, shape, 3, small);
    const [many, few]: [Round[], Round[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      few.push(await side.round(name, shape, Math.round(large / small), small));
      many.push(await side.round(name, shape, 1, large));
    }
    if (!report(name, many, few)) process.exitCode = 1;
  }
  console.log(`resident at the end: ${residentMb(engine)} MB`);
} finally {
  await Promise.all([stop(engine), stop(service)]);
  rmSync(home, { recursive: true, force: true });
}
