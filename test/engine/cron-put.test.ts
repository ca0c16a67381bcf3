// A new version of a workflow is put in the very moment of a due time: exactly one of the versions starts its run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine } from "../../src/engine/engine.ts";
import type { Caller } from "../../src/ports/caller.ts";
import { createInlineSandbox } from "../../src/sandbox/inline-sandbox.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { TenantId } from "../../src/value/id.ts";
import { EngineKeys } from "../../src/vault/engine-keys.ts";
import { EngineVault } from "../../src/vault/engine-vault.ts";
import { PooledEntropy } from "../../src/vault/pooled-entropy.ts";
import { HandClock } from "./hand-clock.ts";

const tenant = "ten_test" as TenantId;
const noon = Date.UTC(2026, 0, 5, 12);
const second = 1_000;
const minute = 60 * second;
const everyMinute = '{type: cron, schedule: "* * * * *"}';
/** Of the workflows here nobody calls anything. */
const caller: Caller = {
  call: () => {
    throw new Error("nothing is to be called");
  },
};
/** With the tenant signed in. */
function openVault(): EngineVault {
  const secrets = { epoch: 0, chain: new Uint8Array(32), integrity: new Uint8Array(32) };
  const vault = new EngineVault(new EngineKeys(secrets, () => {}));
  vault.unlock(tenant, { generation: 1, sealKey: null, check: null }, new Uint8Array(32));
  return vault;
}

const sandbox = await createInlineSandbox();

class Stage {
  readonly clock = new HandClock(noon - 30 * second);
  readonly store = new MemoryStore({ exclusive: true });
  readonly #vault = openVault();
  engine = this.#open();

  static async begin(...triggers: readonly string[]): Promise<Stage> {
    const stage = new Stage();
    await stage.engine.start();
    await stage.put(1, ...triggers);
    await stage.clock.settle();
    return stage;
  }

  #open(): Engine {
    const ports = { store: this.store, vault: this.#vault, clock: this.clock, caller, sandbox };
    const entropy = new PooledEntropy();
    return new Engine({ ...ports, entropy, log: { write: () => {} } }, { leaseTtlMs: 10 * minute });
  }

  /** The engine stops and another comes up over the same store. */
  async restart(): Promise<void> {
    await this.engine.stop();
    this.engine = this.#open();
    await this.engine.start();
    await this.clock.settle();
  }

  async put(version: number, ...triggers: readonly string[]): Promise<void> {
    const text = `name: tick
version: ${version}
triggers: [${triggers.join(", ")}]
labels: {due: "{{ trigger.scheduled_at }}"}
steps: {a: {value: 1}}`;
    await this.engine.putWorkflow(tenant, { name: "tick", text, format: "yaml", dryRun: false });
  }

  /** Of each run its version and its due time, in seconds after noon; the earliest first. */
  async runs(): Promise<readonly string[]> {
    const { rows } = await this.engine.listRuns(tenant, {}, null, 100);
    return rows
      .map(({ version, labels }) => ({ version, due: Date.parse(labels["due"] ?? "") - noon }))
      .sort((a, b) => a.due - b.due)
      .map(({ version, due }) => `v${version} ${due / second}`);
  }
}

for (const [what, lateMs] of [
  ["in its very millisecond", 0],
  ["just behind it", 7],
] as const) {
  test(`a due time that nobody has looked at yet when a version is put, ${what}`, async () => {
    const stage = await Stage.begin(everyMinute);
    stage.clock.show(noon + lateMs);
    await stage.put(2, everyMinute);
    await stage.clock.settle();
    assert.deepEqual(await stage.runs(), ["v1 0"]);
    await stage.clock.passTo(noon + 2 * minute);
    assert.deepEqual(await stage.runs(), ["v1 0", "v2 60", "v2 120"]);
  });
}

for (const [what, rest] of [
  ["another schedule", ['{type: cron, schedule: "*/5 * * * *"}']],
  ["no schedule", ["{type: http}"]],
  ["its schedule at another place", ["{type: http}", everyMinute]],
] as const) {
  test(`what was due is started by the old version when the new one has ${what}`, async () => {
    const stage = await Stage.begin(everyMinute);
    stage.clock.show(noon + 7);
    await stage.put(2, ...rest);
    await stage.clock.passTo(noon + 50 * second);
    assert.deepEqual(await stage.runs(), ["v1 0"]);
    assert.equal(stage.store.tables.triggers.size, rest.filter((one) => one.includes("cron")).length);
  });
}

test("a run within its jitter when a version is put starts at its time, by the old version", async () => {
  const stage = await Stage.begin('{type: cron, schedule: "0 * * * *", jitter: 40m}');
  await stage.clock.passTo(noon + 2);
  assert.deepEqual(await stage.runs(), [], "this test needs a jitter of more than nothing");
  await stage.put(2, "{type: http}");
  await stage.clock.passTo(noon + 40 * minute);
  assert.deepEqual(await stage.runs(), ["v1 0"]);
  await stage.clock.passTo(noon + 200 * minute);
  assert.deepEqual(await stage.runs(), ["v1 0"]);
});

test("of several due times each has one run, those up to the put by the old version", async () => {
  const stage = await Stage.begin(everyMinute);
  stage.clock.show(noon + 3 * minute);
  await stage.put(2, everyMinute);
  stage.clock.show(noon + 4 * minute);
  await stage.put(3, everyMinute);
  await stage.clock.passTo(noon + 5 * minute);
  assert.deepEqual(await stage.runs(), ["v1 0", "v1 60", "v1 120", "v1 180", "v2 240", "v3 300"]);
  assert.equal(stage.store.tables.triggers.size, 1);
});

for (const [at, rest] of [
  ["before it is durable", [everyMinute]],
  ["before it is durable", ["{type: http}", everyMinute]],
  ["before its trigger moves on", [everyMinute]],
  ["before its trigger moves on", ["{type: http}", everyMinute]],
] as const) {
  test(`a start that is under way while a version is put, ${at}, is made once (${rest.length})`, async () => {
    const stage = await Stage.begin(everyMinute);
    stage.clock.show(noon);
    let under = 0;
    const put = async () => {
      if (under++ === 0) await stage.put(2, ...rest);
    };
    const { append, moveTrigger } = stage.store;
    stage.store.append = async (units) => {
      if (at === "before it is durable") await put();
      return append.call(stage.store, units);
    };
    stage.store.moveTrigger = async (...move) => {
      await put();
      return moveTrigger.apply(stage.store, move);
    };
    await stage.clock.settle();
    assert.ok(under > 0);
    await stage.clock.passTo(noon + minute);
    assert.deepEqual(await stage.runs(), ["v1 0", "v2 60"]);
    assert.equal(stage.store.tables.triggers.size, 1);
  });
}

test("a due time between the moment of the put and its commit is started once", async () => {
  const stage = await Stage.begin(everyMinute);
  stage.clock.show(noon - 1);
  const { putDefinition } = stage.store;
  stage.store.putDefinition = async (row, triggers, audit, expected) => {
    await stage.clock.passTo(noon + 5);
    return putDefinition.call(stage.store, row, triggers, audit, expected);
  };
  await stage.put(2, everyMinute);
  await stage.clock.passTo(noon + minute);
  assert.deepEqual(await stage.runs(), ["v1 0", "v2 60"]);
});

test("what was due when a version was put, and then missed, is caught up with by its own version", async () => {
  for (const [catchUp, caught] of [
    ["latest", ["v1 60", "v2 240"]],
    ["none", []],
  ] as const) {
    const trigger = `{type: cron, schedule: "* * * * *", catch_up: ${catchUp}}`;
    const stage = await Stage.begin(trigger);
    stage.clock.show(noon + minute);
    await stage.put(2, trigger);
    stage.clock.show(noon + 4.5 * minute);
    await stage.restart();
    assert.deepEqual(await stage.runs(), caught);
    await stage.clock.passTo(noon + 5 * minute);
    assert.deepEqual(await stage.runs(), [...caught, "v2 300"]);
    assert.equal(stage.store.tables.triggers.size, 1);
  }
});
