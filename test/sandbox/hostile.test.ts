// Every hostile task ends within its limit, in the way the table says, and the next ordinary one is evaluated.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SandboxResult, SandboxTask } from "../../src/ports/sandbox.ts";
import { SandboxPool } from "../../src/sandbox/sandbox-pool.ts";
import { hostileTasks } from "./hostile-tasks.ts";

const timeoutMs = 200;
/** What a busy machine adds: evaluating processes come last there, also with their start and their messages. */
const slackMs = 30_000;

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

const pool = new SandboxPool({ timeoutMs });

/** On a busy machine even an ordinary evaluation may take longer than the short limit, but not every time. */
async function works(one: SandboxPool): Promise<void> {
  const tasks = [ordinary, ordinaryQuery];
  const end = performance.now() + slackMs;
  let results = await one.evaluate(tasks);
  while (results.some(timedOut) && performance.now() < end) results = await one.evaluate(tasks);
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

for (const { name, task, ends } of hostileTasks) {
  test(name, async () => {
    const began = performance.now();
    const [result] = await pool.evaluate([task]);
    const took = performance.now() - began;
    assert.ok(result !== undefined);
    const end = result.ok ? "ok" : result.problem.code;
    assert.ok(
      [...ends, "evaluation_timeout"].includes(end),
      `it ends with ${JSON.stringify(result).slice(0, 200)}`,
    );
    assert.ok(took < timeoutMs + slackMs, `it takes ${Math.round(took)} ms`);
    await works(pool);
  });
}

test("with the limit as it is in production, three of them end after five seconds and disturb nobody else", async () => {
  const pools = [new SandboxPool({ size: 2 }), new SandboxPool({ size: 1 })] as const;
  await Promise.all(pools.map(works));
  const chosen = ["endless loop", "pcall loop that swallows every error", "pattern of many lazy repetitions"];
  const tasks = hostileTasks.filter(({ name }) => chosen.includes(name)).map(({ task }) => task);
  const began = performance.now();
  const results = await Promise.all([
    pools[0].evaluate(tasks.slice(0, 2)),
    pools[1].evaluate(tasks.slice(2)),
  ]);
  const took = performance.now() - began;
  const codes = results.flat().map((result) => (result.ok ? "ok" : result.problem.code));
  assert.deepEqual(codes, ["evaluation_timeout", "evaluation_timeout", "evaluation_timeout"]);
  assert.ok(took >= 5_000 && took < 5_000 + slackMs, `they take ${Math.round(took)} ms`);
  await Promise.all(pools.map(works));
  await Promise.all(pools.map((one) => one.close()));
});
