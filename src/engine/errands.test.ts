// When an errand that failed is tried again, and what one finds that looks for a child.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DispatchedError } from "../value/problem.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Definitions } from "./definitions.ts";
import { Errands } from "./errands.ts";
import type { EnginePorts } from "./ports.ts";
import type { Errand } from "./run-errands.ts";
import type { Runs } from "./runs.ts";
import type { RunStarter } from "./start-run.ts";

test("a try that failed is repeated, and not the one that a poke has begun in its place", async () => {
  const timers: (() => void)[] = [];
  const locked = new DispatchedError("locked", "the key is not at hand", { retryable: true });
  const ports = {
    clock: { now: () => 0 },
    store: { readRun: () => Promise.reject(locked) },
  } as unknown as EnginePorts;
  const runs = { timers: { set: (_at: number, fire: () => void) => timers.push(fire) } } as unknown as Runs;
  const errands = new Errands(ports, runs, {} as Definitions, {} as RunStarter);
  const tries = [1, 2].map(() => ({ type: "undo_child", id: "undo_child/0/9", run: "run_b" }) as Errand);
  const repeated: Errand[] = [];
  const run = {
    identity: { tenant: "ten_a", id: "run_a" },
    repeatErrands: (concerned: (effect: Errand) => boolean) => repeated.push(...tries.filter(concerned)),
  } as unknown as ActiveRun;
  for (const one of tries) errands.run(run, one, (state) => assert.equal(state, "locked"));
  await new Promise(setImmediate);
  assert.equal(timers.length, 2);
  timers[0]?.();
  assert.equal(repeated.length, 1);
  assert.equal(repeated[0], tries[0]);
});

test("what fails for good is told once, and tried ever more rarely", async () => {
  const timers: { readonly at: number; readonly fire: () => void }[] = [];
  const told: unknown[] = [];
  const damaged = new DispatchedError("sealed_data_damaged", "it does not open");
  const ports = {
    clock: { now: () => 0 },
    store: { readRun: () => Promise.reject(damaged) },
    log: { write: (...line: unknown[]) => told.push(line) },
  } as unknown as EnginePorts;
  const runs = { timers: { set: (at: number, fire: () => void) => timers.push({ at, fire }) } };
  const errands = new Errands(ports, runs as unknown as Runs, {} as Definitions, {} as RunStarter);
  const run = { identity: { tenant: "ten_a", id: "run_a" } } as unknown as ActiveRun;
  for (let tries = 0; tries < 7; tries++) {
    const errand = { type: "undo_child", id: "undo_child/0/9", run: "run_b" } as Errand;
    errands.run(run, errand, () => assert.fail("it is not done"));
    await new Promise(setImmediate);
  }
  assert.deepEqual(
    timers.map(({ at }) => at),
    [1_000, 4_000, 16_000, 64_000, 256_000, 300_000, 300_000],
  );
  const failed = ["error", "errand.failed", { run: "run_a", reason: "sealed_data_damaged" }];
  assert.deepEqual(told, [failed]);
});

test("a child that is not there any more is not told as undone", async () => {
  const ports = { store: { readRun: () => Promise.resolve(null) } } as unknown as EnginePorts;
  const errands = new Errands(ports, {} as Runs, {} as Definitions, {} as RunStarter);
  const posted: unknown[] = [];
  const run = {
    identity: { tenant: "ten_a", id: "run_a" },
    post: (command: unknown) => posted.push(command),
  } as unknown as ActiveRun;
  const errand = {
    type: "undo_child",
    id: "undo_child/0/9",
    run: "run_b",
    step: 0,
    item: null,
    seq: 9,
  } as const;
  await new Promise<void>((settled) => errands.run(run, errand, () => settled()));
  const command = { type: "end_child_undo", child: "run_b", step: 0, item: null, compensation: "forgotten" };
  assert.deepEqual(posted, [command]);
});
