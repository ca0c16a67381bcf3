// What many waiting runs cost at rest, and how fast a signal wakes one of them.
//
// Usage: node bench/waiting.ts [--runs N] [--rate N] [--seconds N] [--home DIR]
//
// With `--home` the loaded folder is kept there, and a later run goes on from it.

import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { type StartedEngine, startDispatched } from "./dispatched.ts";
import { median, quantile, range } from "./figures.ts";
import { residentMb, stop, waitedMs } from "./started.ts";
import { conclude } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    rate: { type: "string", default: "100" },
    seconds: { type: "string", default: "30" },
    expiring: { type: "string", default: "1000" },
    home: { type: "string" },
  },
});
const runs = Number(values.runs);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const expiring = Number(values.expiring);
const residentMbMax = 30;
const p99MsMax = 50;
const restMs = 15_000;
/** Above this share of the time without a processor, others keep the machine busy: no verdict on times. */
const waitedShareMax = 0.05;
/** Longer than a waiting run is kept in memory. */
const timeoutMs = 90_000;
const inFlight = 64;

/** The called service: when the call of each run came. */
class Arrivals {
  readonly at = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    const run = String(request.headers["dispatched-run"]);
    this.at.set(run, now());
    request.resume();
    response.writeHead(200, { "content-type": "application/json" });
    response.end("{}");
  });

  /** Always at the same port, since the stored runs know it. */
  async start(port: number): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const workflow = (name: string, wait: string, service: string) => `
name: ${name}
version: 1
triggers: [{type: http}]
steps:
  approved: {wait: {${wait}}}
  next:
    after: [approved]
    request: {method: POST, url: "${service}"}
`;

/** By the clock that stamps the arrivals. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Starts `count` runs of a workflow; `started` hears each that was acknowledged, and when it was asked for. */
async function load(
  engine: StartedEngine,
  name: string,
  count: number,
  started: (run: string, sentAt: number) => void,
): Promise<void> {
  const pool = new Pool(engine.url, { connections: inFlight, pipelining: 1 });
  const headers = { ...engine.headers, "content-type": "application/json", prefer: "respond-async" };
  const body = JSON.stringify({ customer: "cus_0192", note: "x".repeat(180) });
  let left = count;
  const one = async () => {
    while (left-- > 0) {
      const sentAt = now();
      const answer = await pool.request({ method: "POST", path: `/workflows/${name}`, headers, body });
      const { run } = (await answer.body.json()) as { readonly run: string };
      if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}`);
      started(run, sentAt);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  await pool.close();
}

/** Resident memory some time after the start, of several starts. */
async function residentAtRest(home: string): Promise<readonly number[]> {
  const figures: number[] = [];
  for (let round = 0; round < 3; round++) {
    const engine = await startDispatched(home);
    await new Promise((resolve) => setTimeout(resolve, restMs));
    figures.push(residentMb(engine));
    await stop(engine);
  }
  return figures;
}

interface Signalled {
  readonly answerMs: readonly number[];
  readonly callMs: readonly number[];
  readonly unresumed: number;
}

/** Signals to runs taken at random, at a steady rate whatever the answers do. */
async function signal(engine: StartedEngine, ids: string[], arrivals: Arrivals): Promise<Signalled> {
  const sent = new Map<string, number>();
  const answerMs: number[] = [];
  const asked: Promise<void>[] = [];
  const began = performance.now();
  for (let index = 0; index < rate * seconds; index++) {
    const due = began + (index * 1000) / rate;
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
    const [run] = ids.splice(Math.floor(Math.random() * ids.length), 1);
    if (run === undefined) break;
    const at = now();
    sent.set(run, at);
    const ask = engine.client.sendSignal(run, "go", { body: '{"by":"bench"}' });
    asked.push(ask.then(() => void answerMs.push(now() - at)));
  }
  await Promise.all(asked);
  await arrived(arrivals, [...sent.keys()], 10_000);
  const callMs = [...sent].flatMap(([run, at]) => {
    const came = arrivals.at.get(run);
    return came === undefined ? [] : [came - at];
  });
  return { answerMs, callMs, unresumed: sent.size - callMs.length };
}

async function arrived(arrivals: Arrivals, wanted: readonly string[], withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  while (wanted.some((run) => !arrivals.at.has(run)) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function show(name: string, figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (part: number) => quantile(sorted, part).toFixed(1);
  const thirds = [0, 1, 2].map((third) => {
    const part = figures.slice((third * figures.length) / 3, ((third + 1) * figures.length) / 3);
    return quantile(
      part.sort((a, b) => a - b),
      0.99,
    ).toFixed(1);
  });
  console.log(
    `${name.padEnd(28)} p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   max ${at(1)} ms   p99 of each third ${thirds.join(", ")}`,
  );
  return quantile(sorted, 0.99);
}

/** The folder of waiting runs, and where it says which they are. */
class Folder {
  readonly path: string;
  readonly #list: string;

  constructor(path: string) {
    mkdirSync(path, { recursive: true });
    this.path = path;
    this.#list = join(path, "waiting-runs.txt");
  }

  /** Those that were loaded and not signalled yet. */
  ids(): string[] {
    if (!existsSync(this.#list)) return [];
    const runs = new Set<string>();
    for (const line of readFileSync(this.#list, "utf8").split("\n")) {
      if (line.startsWith("-")) runs.delete(line.slice(1));
      else if (line !== "") runs.add(line);
    }
    return [...runs];
  }

  note(lines: string): void {
    appendFileSync(this.#list, lines);
  }
}

async function measure(folder: Folder, arrivals: Arrivals, empty: readonly number[]): Promise<void> {
  const engine = await startDispatched(folder.path);
  const port = await arrivals.start(servicePort(folder.path));
  const service = `http://127.0.0.1:${port}/`;
  await engine.client.putWorkflow(
    "waiting",
    workflow("waiting", "signal: go, timeout: 300d", service),
    "yaml",
  );
  const wait = `signal: go, timeout: ${timeoutMs / 1000}s, on_timeout: continue`;
  await engine.client.putWorkflow("expiring", workflow("expiring", wait, service), "yaml");
  const missing = Math.max(0, runs - folder.ids().length);
  const began = performance.now();
  await load(engine, "waiting", missing, (run) => folder.note(`${run}\n`));
  if (missing > 0)
    console.log(`${missing} runs started in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  await stop(engine);
  const ids = folder.ids();
  const loaded = await residentAtRest(folder.path);
  const more = median(loaded) - median(empty);
  console.log(`resident at rest, ${ids.length} runs wait   ${range(loaded)} MB, none ${range(empty)} MB`);
  console.log(`${more} MB more`);

  const again = await startDispatched(folder.path);
  const startedAt = new Map<string, number>();
  await load(again, "expiring", expiring, (run, sentAt) => startedAt.set(run, sentAt));
  const waited = waitedMs(again);
  const { answerMs, callMs, unresumed } = await signal(again, ids, arrivals);
  const waitedShare = (waitedMs(again) - waited) / (seconds * 1000);
  const kept = new Set(ids);
  for (const run of folder.ids()) if (!kept.has(run)) folder.note(`-${run}\n`);
  const answerP99 = show("signal to its answer", answerMs);
  const callP99 = show("signal to the next call", callMs);
  console.log(`${unresumed} of ${rate * seconds} not resumed`);
  const fired = await fire(startedAt, arrivals);
  console.log(`resident at the end ${residentMb(again)} MB`);
  await stop(again);
  const isFast = answerP99 < p99MsMax && callP99 < p99MsMax;
  const isBusy = waitedShare > waitedShareMax;
  const without = `the engine was without a processor for ${(waitedShare * 100).toFixed(0)}% of the time of the signals`;
  console.log(without);
  const missed = [
    ...(more > residentMbMax ? [`at most ${residentMbMax} MB more are wanted`] : []),
    ...(isFast || isBusy ? [] : [`a p99 of at most ${p99MsMax} ms is wanted`]),
    ...(unresumed > 0 ? ["every signalled run goes on"] : []),
    ...(fired ? [] : ["every timeout fires, and none early"]),
  ];
  conclude(missed, !isFast && isBusy ? without : null);
}

/** Waits for the timeouts of these runs. True when all fired, and none early. */
async function fire(startedAt: ReadonlyMap<string, number>, arrivals: Arrivals): Promise<boolean> {
  await arrived(arrivals, [...startedAt.keys()], timeoutMs + 20_000);
  const late = [...startedAt].flatMap(([run, at]) => {
    const came = arrivals.at.get(run);
    return came === undefined ? [] : [came - at - timeoutMs];
  });
  if (late.length > 0) show("timeout to the next call", late);
  const early = late.filter((one) => one < 0).length;
  console.log(
    `${startedAt.size - late.length} of ${startedAt.size} timeouts did not fire, ${early} were early`,
  );
  return early === 0 && late.length === startedAt.size;
}

/** Of its own choice for a folder, so that one that is kept finds its service again. */
function servicePort(home: string): number {
  let sum = 0;
  for (const char of home) sum = (sum * 31 + char.charCodeAt(0)) % 4_000;
  return 36_000 + sum;
}

const scratch = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
const arrivals = new Arrivals();
try {
  const empty = await residentAtRest(join(scratch, "empty"));
  const folder = new Folder(values.home ?? join(scratch, "waiting"));
  await measure(folder, arrivals, empty);
} finally {
  arrivals.stop();
  rmSync(scratch, { recursive: true, force: true });
}
