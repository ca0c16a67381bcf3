// The pool: order, healing, large contexts, and processes that neither know nor outlive anything.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { SandboxTask } from "../../src/ports/sandbox.ts";
import { isSandboxUnavailable } from "../../src/ports/sandbox-unavailable.ts";
import { SandboxPool } from "../../src/sandbox/sandbox-pool.ts";
import { equalJson } from "../../src/value/equal-json.ts";
import type { TenantId } from "../../src/value/id.ts";
import type { JsonObject } from "../../src/value/json.ts";

/** Where no limit is tried: on a busy machine evaluating processes wait long for their turn. */
const patientMs = 60_000;
const tenant = "ten_1" as TenantId;

const other = "ten_2" as TenantId;
/** Takes some tenths of a second. */
const long = "local n = 0 for i = 1, 30000000 do n = n + 1 end return n";

function lua(source: string, context: JsonObject = {}): SandboxTask {
  return { lang: "lua", source, context, now: 5 };
}

test("results come in the order of the tasks, around those that do not end", async () => {
  // Long enough for an innocent task on a busy machine.
  const pool = new SandboxPool({ timeoutMs: 6_000 });
  const tasks = Array.from({ length: 100 }, (_, n) =>
    n === 40 || n === 70 ? lua("while true do end") : lua("return { n, time.now() }", { n }),
  );
  const results = await pool.evaluate(tenant, tasks);
  assert.deepEqual(
    results.map((result) => (result.ok ? result.value : result.problem.code)),
    tasks.map((_, n) => (n === 40 || n === 70 ? "evaluation_timeout" : [n, 5])),
  );
  await pool.close();
});

test("calls that come together are answered, checks among them", async () => {
  const pool = new SandboxPool({ timeoutMs: patientMs });
  const [first, error, fine, query] = await Promise.all([
    pool.evaluate(tenant, [lua("return 1")]),
    pool.checkLua(tenant, "return 1\nfoo bar"),
    pool.checkLua(tenant, "while true do end"),
    pool.evaluate(tenant, [{ lang: "jsonpath", source: "$.a", context: { a: 9007199254740993n }, now: 0 }]),
  ]);
  assert.deepEqual(first, [{ ok: true, value: 1 }]);
  assert.deepEqual(error, { line: 2, message: "<eof> expected near 'foo'" });
  assert.equal(fine, null);
  assert.deepEqual(query, [{ ok: true, value: 9007199254740993n }]);
  await pool.close();
});

test("a context of five megabytes passes, and comes back", async () => {
  const pool = new SandboxPool({ size: 1, timeoutMs: patientMs });
  const context = { list: Array.from({ length: 50_000 }, (_, id) => ({ id, text: "x".repeat(65) })) };
  const [count, list, last] = await pool.evaluate(tenant, [
    lua("return #list", context),
    lua("return list", context),
    { lang: "jsonpath", source: "$.list[-1].id", context, now: 0 },
  ]);
  assert.deepEqual(count, { ok: true, value: 50_000 });
  // Not deepEqual: the difference of two large values would be larger still.
  assert.ok(list?.ok === true && equalJson(list.value, context.list), "the list comes back as another");
  assert.deepEqual(last, { ok: true, value: 49_999 });
  await pool.close();
});

test("a closed pool knows nothing of what it was asked", async () => {
  const pool = new SandboxPool({ size: 1, timeoutMs: patientMs });
  const waiting = pool.evaluate(tenant, [lua("while true do end"), lua("return 1")]);
  const refused = assert.rejects(waiting, isSandboxUnavailable);
  await pool.close();
  await refused;
  await assert.rejects(pool.evaluate(tenant, [lua("return 1")]), isSandboxUnavailable);
  await assert.rejects(pool.checkLua(tenant, "return 1"), isSandboxUnavailable);
});

function startParent(argument: string): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "pool-parent.ts"), argument], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, SANDBOX_TEST_SECRET: "s3cret" },
  });
}

async function hear(parent: ChildProcess): Promise<number> {
  assert.ok(parent.stdout !== null);
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  const { results, children } = JSON.parse(line) as { results: unknown; children: readonly number[] };
  assert.deepEqual(results, [{ ok: true, value: 2 }]);
  assert.equal(children.length, 1);
  return children[0] ?? 0;
}

async function gone(pid: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (existsSync(`/proc/${pid}`)) {
    assert.ok(performance.now() < deadline, `the process ${pid} stays`);
    await setTimeout(20);
  }
}

test("an idle pool lets its process end, and its processes end with it", async () => {
  const parent = startParent("end");
  const [child] = await Promise.all([hear(parent), once(parent, "exit")]);
  assert.equal(parent.exitCode, 0);
  await gone(child);
});

test("an evaluating process has no environment, comes last, and ends with its parent even while it evaluates", async () => {
  const parent = startParent("stay");
  const exited = once(parent, "exit");
  const child = await hear(parent);
  const environment = readFileSync(`/proc/${child}/environ`, "utf8").split("\0").filter(Boolean);
  assert.deepEqual(
    environment.filter((entry) => !entry.startsWith("NODE_CHANNEL_")),
    [],
  );
  const priorities = readdirSync(`/proc/${child}/task`).map((thread) => getPriority(Number(thread)));
  assert.deepEqual(new Set(priorities), new Set([10]));
  parent.kill("SIGKILL");
  await exited;
  await gone(child);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal}, which comes to all processes of a terminal or service, costs no evaluation`, async () => {
    const pool = new SandboxPool({ size: 1, timeoutMs: patientMs });
    await pool.evaluate(tenant, [lua("return 1")]);
    const waiting = pool.evaluate(tenant, [lua(long), lua("return 2")]);
    killChildren(signal);
    assert.deepEqual(await waiting, [
      { ok: true, value: 30_000_000 },
      { ok: true, value: 2 },
    ]);
    const starting = new SandboxPool({ size: 1, timeoutMs: patientMs });
    const first = starting.evaluate(tenant, [lua("return 3")]);
    killChildren(signal);
    assert.deepEqual(await first, [{ ok: true, value: 3 }]);
    await starting.close();
    await pool.close();
  });
}

test("a process that is killed from outside costs no evaluation", async () => {
  const pool = new SandboxPool({ size: 1, timeoutMs: patientMs });
  await pool.evaluate(tenant, [lua("return 1")]);
  const waiting = pool.evaluate(tenant, [lua(long), lua("return 2")]);
  killChildren("SIGKILL");
  assert.deepEqual(await waiting, [
    { ok: true, value: 30_000_000 },
    { ok: true, value: 2 },
  ]);
  const alone = pool.evaluate(tenant, [lua(long)]);
  killChildren("SIGKILL");
  assert.deepEqual(await alone, [{ ok: true, value: 30_000_000 }]);
  await pool.close();
});

test("what ends its process each time fails, and spares its neighbour", async () => {
  const pool = new SandboxPool({ size: 1, timeoutMs: patientMs });
  // Objects that the process's own heap has no room for, from a text that Lua has.
  const deadly = lua("return json.decode('[1234567890123456,' .. ('{},'):rep(3000000) .. '{}]')");
  const [first, second] = await pool.evaluate(tenant, [deadly, lua("return 2")]);
  assert.equal(first?.ok === false && first.problem.code, "evaluation_failed");
  assert.deepEqual(second, { ok: true, value: 2 });
  await pool.close();
});

test("where no process starts, nobody knows what a script is", async () => {
  const pool = new SandboxPool({ size: 1, timeoutMs: patientMs });
  const refused = assert.rejects(pool.checkLua(tenant, "return 1"), isSandboxUnavailable);
  killChildren("SIGKILL");
  await refused;
  assert.equal(await pool.checkLua(tenant, "return 1"), null);
  await pool.close();
});

test("one tenant's scripts that do not end hold up another's little", async () => {
  const pool = new SandboxPool({ timeoutMs: 1_000 });
  await pool.evaluate(tenant, [lua("return 1"), lua("return 1")]);
  let timedOut = 0;
  const loops = Array.from({ length: 40 }, () =>
    pool.evaluate(tenant, [lua("while true do end")]).then(
      () => timedOut++,
      (error: unknown) => assert.ok(isSandboxUnavailable(error)),
    ),
  );
  // On a busy machine an innocent one may be late, too: then it is asked again.
  for (let tries = 0; tries < 10; tries++) {
    const [result] = await pool.evaluate(other, [lua("return 2")]);
    if (result?.ok === true) break;
    assert.equal(result?.problem.code, "evaluation_timeout");
  }
  assert.ok(timedOut < 20, `${timedOut} were waited for`);
  await pool.close();
  await Promise.all(loops);
});

test("a batch that takes long lets another tenant in", async () => {
  const pool = new SandboxPool({ size: 1, timeoutMs: patientMs });
  await pool.evaluate(tenant, [lua("return 1")]);
  const slow = "local n = 0 for i = 1, 5000000 do n = n + 1 end return n";
  let isOver = false;
  const many = pool.evaluate(
    tenant,
    Array.from({ length: 30 }, () => lua(slow)),
  );
  const over = many.then(() => {
    isOver = true;
  });
  assert.deepEqual(await pool.evaluate(other, [lua("return 2")]), [{ ok: true, value: 2 }]);
  assert.ok(!isOver, "all of the batch was waited for");
  await over;
  await pool.close();
});

function killChildren(signal: NodeJS.Signals): void {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  for (const child of children) if (child !== 0) process.kill(child, signal);
}
