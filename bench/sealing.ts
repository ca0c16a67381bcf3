// What sealing costs the common job: CPU of the engine with and without it, interleaved rounds of one run. Ends with 1 when it
// adds too much.
//
// Usage: node bench/sealing.ts [--rounds N] [--count N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { localSession } from "../test/process/local-session.ts";
import { commonJob } from "./common-job-document.ts";
import { root } from "./dispatched.ts";
import { median } from "./figures.ts";
import { sendLoad } from "./load.ts";
import { cpuSeconds, type Started, start, stop } from "./started.ts";
import { conclude } from "./verdict.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, count: { type: "string", default: "4000" } },
});
const rounds = Number(values.rounds);
const count = Number(values.count);
/** The target: sealing adds at most this share of CPU. */
const addedMax = 0.15;
/** The rounds of a side may differ by so much of their median; beyond it there is no verdict, which is no pass. */
const noiseMax = 0.3;

interface Side {
  readonly name: "sealed" | "plain";
  readonly home: string;
  readonly started: Started;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cpu: number[];
}

async function startSide(name: Side["name"], service: string): Promise<Side> {
  const home = mkdtempSync(join(tmpdir(), `dispatched-${name}-`));
  const started = await start(process.execPath, [join(root, "bench/sealing-engine.ts"), name], {
    DISPATCHED_HOME: home,
  });
  const headers = { "dispatched-session": localSession(home).token };
  const put = await fetch(`${started.ready}/api/workflows/common-job`, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/yaml" },
    body: commonJob(service),
  });
  if (!put.ok) throw new Error(await put.text());
  return { name, home, started, url: `${started.ready}/workflows/common-job`, headers, cpu: [] };
}

async function play({ url, headers, started, cpu }: Side): Promise<void> {
  const before = cpuSeconds(started);
  await sendLoad({ url, headers, count, inFlight: 64 });
  cpu.push(((cpuSeconds(started) - before) / count) * 1000);
}

function spread(numbers: readonly number[]): number {
  return (Math.max(...numbers) - Math.min(...numbers)) / median(numbers);
}

const service = await start(process.execPath, [join(root, "bench/service.ts")]);
const serviceUrl = `http://127.0.0.1:${service.ready}/`;
const sides = [await startSide("sealed", serviceUrl), await startSide("plain", serviceUrl)] as const;
try {
  for (const { url, headers } of sides) await sendLoad({ url, headers, count: 2_000, inFlight: 64 });
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await play(side);
    console.log(
      `round ${round + 1}: ${sides.map(({ name, cpu }) => `${name} ${cpu.at(-1)?.toFixed(3)}`).join(", ")} CPU-s/1,000`,
    );
  }
  const [sealed, plain] = sides.map(({ cpu }) => median(cpu)) as [number, number];
  const added = sealed / plain - 1;
  const noise = Math.max(...sides.map(({ cpu }) => spread(cpu)));
  console.log(`sealing adds ${(added * 100).toFixed(1)}% CPU (target: at most ${addedMax * 100}%)`);
  console.log(`spread of the rounds ${(noise * 100).toFixed(0)}%`);
  if (noise > noiseMax) conclude([], `the rounds differ by more than ${noiseMax * 100}%`);
  else conclude(added > addedMax ? [`at most ${addedMax * 100}% are wanted`] : [], null);
} finally {
  await Promise.all([stop(service), ...sides.map(({ started }) => stop(started))]);
  for (const { home } of sides) rmSync(home, { recursive: true, force: true });
}
