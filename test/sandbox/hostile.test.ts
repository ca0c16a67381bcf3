// Every hostile task ends within its limit, in the way the table says, and the next ordinary one is evaluated.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SandboxCode, SandboxResult, SandboxTask } from "../../src/ports/sandbox.ts";
import { SandboxPool } from "../../src/sandbox/sandbox-pool.ts";
import type { TenantId } from "../../src/value/id.ts";
import { hostileTasks } from "./hostile-tasks.ts";
import { MainThreadTime } from "./main-thread-time.ts";

const tenant = "ten_1" as TenantId;
const timeoutMs = 200;
/**
 * What the processor may spend on a task beyond its limit: its way into the process, up to five megabytes, and ours to the
 * decision. It needs no more on a busy machine, where evaluating processes come last and spend less.
 */
const slackMs = 150;
/** What a busy machine adds by the clock on the wall: not the limit is judged by it, but that there is an end. */
const patienceMs = 30_000;

const ordinary: SandboxTask = {
  lang: "lua",
  source: "return ('%d-%s'):format(steps.a, tostring(null))",
  context: { steps: { a: 7 } },
  now: 0,
};
const ordinaryQuery: SandboxTask = {
  lang: "jsonpath",
  source: "$.steps.a",
  context: { steps: { a: 7 } },
  now: 0,
};

/** Of one process, so that none is starting while another is measured. */
const pool = new SandboxPool({ timeoutMs, size: 1 });

/** On a busy machine even an ordinary evaluation may take longer than the short limit, but not every time. */
async function works(one: SandboxPool): Promise<void> {
  const tasks = [ordinary, ordinaryQuery];
  const end = performance.now() + patienceMs;
  let results = await one.evaluate(tenant, tasks);
  while (results.some(timedOut) && performance.now() < end) results = await one.evaluate(tenant, tasks);
  assert.deepEqual(results, [
    { ok: true, value: "7-null" },
    { ok: true, value: 7 },
  ]);
}

function timedOut(result: SandboxResult): boolean {
  return !result.ok && result.problem.code === "evaluation_timeout";
}

before(() => works(pool));
after(() => pool.close());

const triesMax = 4;

interface Measured {
  readonly end: SandboxCode | "ok";
  readonly result: SandboxResult;
}

/** Evaluates, and judges the time: no timeout comes early, and none late by the time that the process has spent. */
async function evaluateWithin(one: SandboxPool, task: SandboxTask, limitMs: number): Promise<Measured> {
  // On a busy machine a process may be gone before it is looked at: what it spent is seen at another try.
  for (let left = triesMax; ; left--) {
    const measured = await measure(one, task, limitMs);
    if (measured.isSeen || left === 1) return measured;
    await works(one);
  }
}

async function measure(
  one: SandboxPool,
  task: SandboxTask,
  limitMs: number,
): Promise<Measured & { readonly isSeen: boolean }> {
  const spent = new MainThreadTime();
  const began = performance.now();
  const [result] = await one.evaluate(tenant, [task]);
  const spentMs = spent.mostMs;
  const tookMs = performance.now() - began;
  assert.ok(result !== undefined);
  const end = result.ok ? "ok" : result.problem.code;
  assert.ok(spentMs === null || spentMs <= limitMs + slackMs, `it was evaluated for ${spentMs} ms`);
  assert.ok(tookMs < limitMs + patienceMs, `it takes ${Math.round(tookMs)} ms`);
  assert.ok(
    end !== "evaluation_timeout" || tookMs >= limitMs,
    `it is stopped after ${Math.round(tookMs)} ms`,
  );
  return { end, result, isSeen: spentMs !== null };
}

for (const { name, task, ends } of hostileTasks) {
  test(name, async () => {
    const { end, result } = await evaluateWithin(pool, task, timeoutMs);
    assert.ok(
      [...ends, "evaluation_timeout"].includes(end),
      `it ends with ${JSON.stringify(result).slice(0, 200)}`,
    );
    await works(pool);
  });
}

test("with the limit as it is in production, three of them end after five seconds and disturb nobody else", async () => {
  const chosen = ["endless loop", "pcall loop that swallows every error", "pattern of many lazy repetitions"];
  const tasks = hostileTasks.filter(({ name }) => chosen.includes(name)).map(({ task }) => task);
  // Two at once and then one: with more of them than processors, none would spend what it may.
  for (const some of [tasks.slice(0, 2), tasks.slice(2)]) {
    const pools = some.map(() => new SandboxPool({ size: 1 }));
    await Promise.all(pools.map(works));
    const ends = await Promise.all(
      pools.map(async (one, index) => (await evaluateWithin(one, some[index] as SandboxTask, 5_000)).end),
    );
    assert.deepEqual(
      ends,
      some.map(() => "evaluation_timeout"),
    );
    await Promise.all(pools.map(works));
    await Promise.all(pools.map((one) => one.close()));
  }
});
