// kill -9 in the middle of a long list: what was done is never asked for again, and what was under way at most once more.
//
// Usage: node test/crash/items.ts [--items N] [--kills N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EventResource } from "../../src/client/resources.ts";
import { LedgerService } from "../process/ledger-service.ts";
import { startEngine } from "../process/start-engine.ts";
import { allEvents } from "../process/until.ts";

const { values } = parseArgs({
  options: { items: { type: "string", default: "10000" }, kills: { type: "string", default: "3" } },
});
const items = Number(values.items);
const kills = Number(values.kills);
const endMaxMs = 120_000;

/** By type, with the items that are open at once. */
const strategies = { fan_out: 50, scatter: 256 } as const;

const workflow = (name: string, strategy: string, service: string) => `
name: ${name}
version: 1
triggers: [{type: http}]
steps:
  each:
    strategy: {${strategy}, over: "{{ trigger.body }}"}
    request: {method: POST, url: "${service}/each", body: {item: "{{ item }}"}}
output: "{{ steps.each.output }}"
`;

const home = mkdtempSync(join(tmpdir(), "dispatched-items-"));
const service = new LedgerService({ refuses: 0, slowestMs: 20 });
const address = await service.start();

/** The service was asked `count` times by the run. */
async function asked(from: number, count: number): Promise<void> {
  const until = Date.now() + endMaxMs;
  while (service.ledger.length - from < count && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

interface Played {
  readonly run: string;
  readonly killedAt: readonly number[];
  readonly status: string;
  readonly outputs: number;
  readonly events: readonly EventResource[];
}

/** One run over all items, with the engine killed again and again before the list is through. */
async function play(name: string): Promise<Played> {
  const from = service.ledger.length;
  const killedAt: number[] = [];
  let engine = await startEngine(home);
  const body = JSON.stringify(Array.from({ length: items }, (_, item) => item));
  const { run } = await engine.client.startRun(name, { body });
  for (let kill = 0; kill < kills; kill++) {
    await asked(from, Math.floor((items * (kill + Math.random())) / kills));
    engine.child.kill("SIGKILL");
    await engine.ended;
    killedAt.push(Date.now());
    engine = await startEngine(home);
  }
  const until = Date.now() + endMaxMs;
  let found = await engine.client.getRun(run, 10);
  while (found.ended_at === null && Date.now() < until) found = await engine.client.getRun(run, 10);
  const events = await allEvents(engine.client, run);
  // A long list stands apart from the run.
  const apart = found.stored.find(({ pointer }) => pointer === "/output");
  const output = apart === undefined ? found.output : await engine.client.getRunBody(run, apart.body);
  engine.child.kill("SIGTERM");
  await engine.ended;
  const outputs = Array.isArray(output) ? output.length : 0;
  return { run, killedAt, status: found.status, outputs, events };
}

/** Judged by the service's ledger; the log says only which outcomes were durable when. */
function judge(name: string, window: number, { run, killedAt, status, outputs, events }: Played): number {
  const calls = service.ledger.filter((one) => one.run === run);
  const key = (item: number) => `${run}/each/${item}`;
  const count = new Map<string, number>();
  const attempts = new Set<string>();
  for (const call of calls) {
    count.set(call.key, (count.get(call.key) ?? 0) + 1);
    attempts.add(`${call.key}#${call.attempt}`);
  }
  const missing = Array.from({ length: items }, (_, item) => item).filter(
    (item) => !count.has(key(item)),
  ).length;
  const foreign = [...count.keys()].length - (items - missing);
  let again = 0;
  let twice = 0;
  for (const at of killedAt) {
    // What is in the log with a time before the kill was durable at the kill: nobody else wrote until the next start.
    const done = new Set<string>();
    for (const event of events) {
      if (event.type !== "item.succeeded" || Date.parse(event.at) > at) continue;
      done.add(key((event.data as { readonly item: number }).item));
    }
    const before = new Set(calls.filter((call) => call.at <= at).map((call) => call.key));
    const after = new Set(calls.filter((call) => call.at > at).map((call) => call.key));
    again += [...after].filter((one) => done.has(one)).length;
    const repeated = [...after].filter((one) => before.has(one)).length;
    twice += repeated;
    if (repeated > window) console.log(`${repeated} items were under way, and ${window} may be`);
  }
  const repeats = calls.length - attempts.size;
  console.log(
    `${name}: ${items} items, ${killedAt.length} kills, ${calls.length} calls, run ${status} with ${outputs} outputs: ` +
      `${again} done and called again, ${twice} under way and called again (at most ${window} a kill), ` +
      `${repeats} attempts sent twice, ${missing} never called, ${foreign} under other keys`,
  );
  const whole = status === "completed" && outputs === items && twice <= window * killedAt.length;
  return (whole ? 0 : 1) + again + repeats + missing + foreign;
}

try {
  let bad = 0;
  for (const [type, window] of Object.entries(strategies)) {
    const name = type.replace("_", "-");
    const engine = await startEngine(home);
    const fields = type === "fan_out" ? `type: fan_out, concurrency: ${window}` : `type: ${type}`;
    await engine.client.putWorkflow(name, workflow(name, fields, address), "yaml");
    engine.child.kill("SIGTERM");
    await engine.ended;
    bad += judge(name, window, await play(name));
  }
  process.exitCode = bad === 0 ? 0 : 1;
} finally {
  service.stop();
  rmSync(home, { recursive: true, force: true });
}
