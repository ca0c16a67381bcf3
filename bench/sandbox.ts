// What the sandbox costs: evaluations a second, and how an ordinary workload fares beside hostile scripts.
//
// Usage: node bench/sandbox.ts [--rounds N] [--seconds N]

import { parseArgs } from "node:util";
import type { SandboxTask } from "../src/ports/sandbox.ts";
import { createEvaluator } from "../src/sandbox/evaluator.ts";
import { SandboxPool } from "../src/sandbox/sandbox-pool.ts";
import type { TenantId } from "../src/value/id.ts";
import { median } from "./figures.ts";
import { besideBenign, hostileScripts } from "./hostile.ts";
import { conclude } from "./verdict.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, seconds: { type: "string", default: "6" } },
});
const tenant = "ten_1" as TenantId;
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const ratioMax = 2;

function task(lang: "lua" | "jsonpath", source: string, n = 1): SandboxTask {
  return { lang, source, context: { steps: { pay: { body: { amount: n, items: [1, 2, 3] } } } }, now: n };
}

const lua = "return steps.pay.body.amount * 2 + #steps.pay.body.items";
const query = "$.steps.pay.body.amount";

async function evaluationsPerSecond(): Promise<void> {
  const evaluator = await createEvaluator();
  const count = 50_000;
  for (const [lang, source] of [
    ["lua", lua],
    ["jsonpath", query],
  ] as const) {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      for (let n = 0; n < count; n++) evaluator.evaluate(task(lang, source, n));
      best = Math.min(best, performance.now() - began);
    }
    report(`${lang} in process`, count, best);
  }
  const pool = new SandboxPool();
  await pool.evaluate(tenant, [task("lua", lua)]);
  for (const [lang, source] of [
    ["lua", lua],
    ["jsonpath", query],
  ] as const) {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      await pool.evaluate(
        tenant,
        Array.from({ length: 10_000 }, (_, n) => task(lang, source, n)),
      );
      best = Math.min(best, performance.now() - began);
    }
    report(`${lang} through the pool`, 10_000, best);
  }
  await pool.close();
}

function report(name: string, count: number, milliseconds: number): void {
  console.log(`${name.padEnd(26)} ${Math.round((count / milliseconds) * 1000)} evaluations a second`);
}

const document = JSON.stringify({
  items: Array.from({ length: 400 }, (_, id) => ({ id, name: `item ${id}` })),
});

/** Many small turns of the loop, each with some work; the time from one turn to the next, at the 99th percentile. */
async function p99Ms(): Promise<number> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let before = performance.now(); before < end; ) {
    await new Promise((resolve) => setImmediate(resolve));
    JSON.stringify(JSON.parse(document));
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

async function besideHostile(): Promise<number> {
  const pool = new SandboxPool();
  await pool.evaluate(
    tenant,
    hostileScripts.map(() => task("lua", lua)),
  );
  let over = false;
  const senders = [0, 1].map(async (first) => {
    for (let n = first; !over; n++)
      await pool.evaluate(tenant, [task("lua", hostileScripts[n % hostileScripts.length] ?? "")]);
  });
  const p99 = await p99Ms();
  over = true;
  await Promise.all(senders);
  await pool.close();
  return p99;
}

await evaluationsPerSecond();
const alone: number[] = [];
const benign: number[] = [];
const beside: number[] = [];
for (let round = 0; round < rounds; round++) {
  alone.push(await p99Ms());
  benign.push(await besideBenign(p99Ms));
  beside.push(await besideHostile());
}
const show = (name: string, figures: readonly number[]) =>
  console.log(
    `p99 ${name.padEnd(24)} ${median(figures).toFixed(3)} ms (${figures.map((one) => one.toFixed(2)).join(" ")})`,
  );
show("alone", alone);
show("beside a benign load", benign);
show("beside hostile scripts", beside);
const ratio = median(beside) / median(benign);
console.log(`hostile to benign: ${ratio.toFixed(2)}`);
conclude(ratio > ratioMax ? [`at most ${ratioMax.toFixed(2)} is wanted`] : [], null);
