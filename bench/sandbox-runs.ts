// How ordinary runs fare while other runs of the same engine evaluate hostile scripts.
//
// Usage: node bench/sandbox-runs.ts [--rounds N] [--count N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, type StartedEngine, startDispatched } from "./dispatched.ts";
import { median, range } from "./figures.ts";
import { besideBenign, hostileScripts } from "./hostile.ts";
import { sendLoad } from "./load.ts";
import { start, stop } from "./started.ts";
import { conclude } from "./verdict.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, count: { type: "string", default: "2000" } },
});
const rounds = Number(values.rounds);
const count = Number(values.count);
const inFlight = 4;
const ratioMax = 2;
/** More than the sandbox has processes: there is always one that waits. */
const hostileInFlight = 6;
/** The processes of the load have started by then. */
const warmUpMs = 1_000;

const ordinary = (service: string) => `
name: ordinary
version: 1
triggers: [{type: http}]
steps:
  first:
    request: {method: POST, url: "${service}", body: {order: "{{ trigger.body }}"}}
  second:
    after: [first]
    request: {method: POST, url: "${service}", body: {ref: "{{ steps.first.output.id }}"}}
output: {result: "{{ steps.second.output.id }}"}
`;

const hostile = (number: number, script: string) => `
name: hostile-${number}
version: 1
triggers: [{type: http}]
steps:
  only: {value: {expr: ${JSON.stringify(script)}, lang: lua}}
`;

async function p99Ms(engine: StartedEngine): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const url = `${engine.url}/workflows/ordinary`;
  return (await sendLoad({ url, headers: engine.headers, count, inFlight })).p99Ms;
}

async function besideHostile(engine: StartedEngine, work: () => Promise<number>): Promise<number> {
  let over = false;
  const failed: string[] = [];
  const senders = Array.from({ length: hostileInFlight }, async (_, first) => {
    for (let number = first; !over; number++) {
      const url = `${engine.url}/workflows/hostile-${number % hostileScripts.length}`;
      const headers = { ...engine.headers, prefer: "wait=120" };
      const answer = await fetch(url, { method: "POST", headers });
      const text = await answer.text();
      if (answer.status !== 502) failed.push(`${answer.status} ${text}`);
    }
  });
  const result = await work();
  over = true;
  await Promise.all(senders);
  if (failed.length > 0) throw new Error(`a hostile run ended otherwise: ${failed[0]}`);
  return result;
}

const home = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
const service = await start(process.execPath, [join(root, "bench/service.ts")]);
const engine = await startDispatched(home);
try {
  await engine.client.putWorkflow("ordinary", ordinary(`http://127.0.0.1:${service.ready}/`), "yaml");
  for (const [number, script] of hostileScripts.entries())
    await engine.client.putWorkflow(`hostile-${number}`, hostile(number, script), "yaml");
  const work = () => p99Ms(engine);
  await work();
  const [alone, benign, beside]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await work());
    benign.push(await besideBenign(work));
    beside.push(await besideHostile(engine, work));
  }
  console.log(`p99 ms of ordinary runs, ${inFlight} in flight: alone ${range(alone)}`);
  console.log(`beside a benign load ${range(benign)}, beside hostile scripts ${range(beside)}`);
  const ratio = median(beside) / median(benign);
  console.log(`hostile to benign: ${ratio.toFixed(2)}`);
  conclude(ratio > ratioMax ? [`at most ${ratioMax.toFixed(2)} is wanted`] : [], null);
} finally {
  await Promise.all([stop(engine), stop(service)]);
  rmSync(home, { recursive: true, force: true });
}
