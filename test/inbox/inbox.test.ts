// What comes for a tenant who is not signed in waits in the inbox, and is judged once, in its order, at the next sign-in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { callbackToken } from "../../src/engine/callbacks.ts";
import type { Accepted } from "../../src/engine/inbox-api.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { RunId } from "../../src/value/id.ts";
import type { Json } from "../../src/value/json.ts";
import { limits } from "../../src/value/limits.ts";
import {
  HandClock,
  openEngine,
  other,
  runsOf,
  settle,
  start,
  type TestEngine,
  tenant,
} from "./open-engine.ts";
import { greet, put, startOf, waits } from "./sample.ts";

const day = 86_400_000;

async function open() {
  const store = new MemoryStore({ exclusive: true });
  const clock = new HandClock();
  const world = await openEngine(store, clock);
  world.unlock();
  return { store, clock, world };
}

function itemOf(accepted: Accepted) {
  assert.equal(accepted.type, "item");
  return accepted.type === "item" ? accepted.item : assert.fail();
}

async function bodiesOf(world: TestEngine): Promise<readonly unknown[]> {
  const bodies = [];
  for (const run of runsOf(world)) bodies.push((await world.engine.getRun(tenant, run)).output);
  return bodies;
}

async function statesOf({ engine }: TestEngine): Promise<readonly (readonly [string, string | null])[]> {
  const page = await engine.listInbox(tenant, {}, null, 200);
  return page.rows.map(({ state, reason }) => [state, reason]);
}

async function taken({ engine }: TestEngine, run: RunId): Promise<readonly unknown[]> {
  const { events } = await engine.listEvents(tenant, run, 0, 200, 0);
  return events.flatMap(({ type, data }) =>
    type === "signal.received" ? [(data as { readonly body: unknown }).body] : [],
  );
}

test("a tenant who is signed in is served at once", async () => {
  const { world } = await open();
  await put(world, greet);
  const accepted = await world.engine.acceptStart(tenant, startOf("greet", { no: 1 }));
  assert.equal(accepted.type, "run");
  assert.deepEqual(await statesOf(world), []);
});

test("starts wait, sealed, and begin in their order at the sign-in", async () => {
  const { store, clock, world } = await open();
  await put(world, greet);
  world.lock();
  for (let no = 1; no <= 150; no++)
    await world.engine.acceptStart(tenant, startOf("greet", { no, canary: "kumquat" }));
  for (const row of store.tables.inbox.values()) {
    assert.ok(!Buffer.from(row.sealed).includes("kumquat"), "nothing can be read");
  }
  await assert.rejects(world.engine.listInbox(tenant, {}, null, 10), { code: "locked" });
  await clock.turn(10_000);
  world.unlock();
  await clock.turn(1_000);
  const numbers = (await bodiesOf(world)).map(
    (output) => (output as { readonly hello?: number }).hello ?? output,
  );
  assert.deepEqual(
    numbers,
    Array.from({ length: 150 }, (_, index) => index + 1),
  );
  const page = await world.engine.listInbox(tenant, {}, null, 200);
  assert.deepEqual(
    page.rows.map(({ run }) => run),
    runsOf(world),
    "each item names its run",
  );
});

test("a start with an idempotency key waits once, and is the same start when the tenant is open", async () => {
  const { clock, world } = await open();
  await put(world, greet);
  const before = await world.engine.startRun(tenant, startOf("greet", { no: 0 }, "before"));
  await clock.turn(0);
  world.lock();
  const first = await world.engine.acceptStart(tenant, startOf("greet", { no: 1 }, "one"));
  const again = await world.engine.acceptStart(tenant, startOf("greet", { no: 1 }, "one"));
  assert.equal(itemOf(first), itemOf(again));
  assert.deepEqual([first.repeated, again.repeated], [false, true]);
  itemOf(await world.engine.acceptStart(tenant, startOf("greet", { no: 0 }, "before")));
  itemOf(await world.engine.acceptStart(tenant, startOf("greet", { no: 7 }, "before")));
  world.unlock();
  await clock.turn(1_000);
  const runs = runsOf(world);
  assert.equal(runs.length, 2);
  const rows = (await world.engine.listInbox(tenant, {}, null, 10)).rows;
  assert.deepEqual(
    rows.map(({ run, state }) => [run, state]),
    [
      [runs[1], "started"],
      [before.run, "started"],
    ],
  );
  const later = await world.engine.startRun(tenant, startOf("greet", { no: 1 }, "one"));
  assert.deepEqual([later.run, later.repeated], [runs[1], true]);
});

test("what cannot be started is rejected with the reason, and kept to be looked at", async () => {
  const { clock, world } = await open();
  await put(world, greet);
  await put(world, "name: child\nversion: 1\ntriggers: []\nsteps: {one: {value: 1}}\n");
  world.lock();
  await assert.rejects(world.engine.acceptStart(tenant, startOf("nothing", {})), {
    code: "workflow_not_found",
  });
  const bad = itemOf(await world.engine.acceptStart(tenant, startOf("greet", { wrong: "quince" })));
  await world.engine.acceptStart(tenant, startOf("child", {}));
  await world.engine.acceptStart(tenant, startOf("greet", { no: 1 }));
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await statesOf(world), [
    ["rejected", "schema_mismatch"],
    ["rejected", "no_http_trigger"],
    ["started", null],
  ]);
  const shown = await world.engine.showItem(tenant, bad);
  assert.equal(shown.workflow, "greet");
  assert.match(JSON.stringify(shown.content), /quince/);
  await assert.rejects(world.engine.showItem(other, bad), { code: "item_not_found" });
});

test("an item that waits for more than seven days expires, with a record", async () => {
  const { clock, world } = await open();
  await put(world, greet);
  world.lock();
  await world.engine.acceptStart(tenant, startOf("greet", { no: 1 }));
  await clock.jump(3 * day);
  await world.engine.acceptStart(tenant, startOf("greet", { no: 2 }));
  await clock.jump(4 * day + 61_000);
  world.unlock();
  await clock.turn(1_000);
  assert.deepEqual(await statesOf(world), [
    ["expired", null],
    ["started", null],
  ]);
  assert.equal(runsOf(world).length, 1);
  await clock.jump(31 * day);
  assert.deepEqual(await statesOf(world), []);
});

test("an engine that dies anywhere on the way starts each item once", async () => {
  for (let dies = 1; dies <= 24; dies++) {
    const store = new MemoryStore({ exclusive: true });
    const clock = new HandClock();
    let world = await openEngine(store, clock);
    world.unlock();
    // Runs are forgotten as soon as they have ended: only the item says that it was started.
    await put(world, greet.replace("version: 1", "version: 1\nretention: 1s"));
    world.lock();
    for (let no = 1; no <= 5; no++) await world.engine.acceptStart(tenant, startOf("greet", { no }));
    const started = new Set<string>();
    const append = store.append.bind(store);
    let writes = 0;
    const dying = new Promise<void>((resolve) => {
      store.append = (units) => {
        if (++writes === dies) resolve();
        if (writes >= dies) return new Promise(() => {});
        return append(units);
      };
    });
    world.unlock();
    await Promise.race([dying, clock.turn(1_000)]);
    store.append = async (units) => {
      const results = await append(units);
      units.forEach(({ run, birth }, index) => {
        if (birth !== null && results[index]?.type === "appended") started.add(run);
      });
      return results;
    };
    for (const { run } of store.tables.runs.values()) started.add(run);
    clock.forget();
    world = await openEngine(store, clock);
    await clock.turn(130_000);
    world.unlock();
    await clock.turn(10_000);
    assert.equal(started.size, 5, `died at write ${dies}`);
    assert.deepEqual(
      (await statesOf(world)).map(([state]) => state),
      Array(5).fill("started"),
    );
  }
});

test("signals, callbacks and cancels of a run that is locked are judged in their order", async () => {
  const { store, clock } = await open();
  let world = await openEngine(store, clock);
  world.unlock();
  await put(world, waits("attended"));
  const { run } = await world.engine.startRun(tenant, startOf("waits", {}));
  const second = await world.engine.startRun(tenant, startOf("waits", {}));
  await clock.turn(100_000);
  clock.forget();
  world = await openEngine(store, clock);
  await clock.turn(10_000);
  assert.match((await world.engine.acceptSignal(tenant, run, "go", { no: 1 }, "key")) ?? "", /^itm_/);
  const again = await world.engine.acceptSignal(tenant, run, "go", { no: 1 }, "key");
  assert.match(again ?? "", /^itm_/);
  await world.engine.acceptSignal(tenant, run, "stop", {}, null);
  await world.engine.acceptSignal(tenant, run, "go", { no: 2 }, null);
  await world.engine.acceptCancel(tenant, second.run, true);
  await world.engine.acceptCancel(tenant, second.run, true);
  world.unlock();
  await clock.turn(10_000);
  assert.deepEqual(await statesOf(world), [
    ["started", null],
    ["rejected", "run_ended"],
    ["rejected", "run_ended"],
    ["started", null],
    ["started", null],
  ]);
  assert.deepEqual(await taken(world, run), [{ no: 1 }]);
  assert.equal((await world.engine.getRun(tenant, second.run)).status, "cancelled");
});

test("the address of a callback whose run has ended fills no inbox while its tenant is locked", async () => {
  const { world, clock } = await open();
  await put(world, waits("active-run"));
  const { run } = await world.engine.startRun(tenant, startOf("waits", {}));
  await world.engine.cancelRun(tenant, run, false);
  await clock.turn(10_000);
  const token = callbackToken(world.vault, { tenant, run, step: 0, item: null });
  world.lock();
  await assert.rejects(world.engine.acceptCallback(token, {}, null), { code: "wait_over" });
  const first = await world.engine.acceptCallback(token, {}, "first");
  assert.equal(await world.engine.acceptCallback(token, {}, "second"), first);
  assert.equal((await statesOf(world)).length, 1);
});

test("whoever has the address of a callback fills no more of a locked tenant's inbox than that takes", async () => {
  const { store, clock } = await open();
  let world = await openEngine(store, clock);
  world.unlock();
  await put(
    world,
    `
name: asks
version: 1
mode: attended
triggers: [{type: http}]
steps:
  ask:
    request: {method: POST, url: "https://api.example/ask", body: {answer: "{{ callback.url }}"}}
    wait: {timeout: 1d, schema: {type: object, required: [ok]}}
`,
  );
  const [{ run }, second] = [
    await world.engine.startRun(tenant, startOf("asks", {})),
    await world.engine.startRun(tenant, startOf("asks", {})),
  ];
  await clock.turn(100_000);
  clock.forget();
  world = await openEngine(store, clock);
  await clock.turn(10_000);
  const token = callbackToken(world.vault, { tenant, run, step: 0, item: null });
  const answer = (key: string | null, body: Json = { ok: 1 }) =>
    world.engine.acceptCallback(token, body, key);
  const first = await answer("first", {});
  for (let no = 2; no <= limits.callback_items; no++) await answer(no % 2 === 0 ? null : `key ${no}`);
  const full = { code: "inbox_full", retryable: true };
  await assert.rejects(answer(null), full);
  await assert.rejects(answer("another"), full);
  assert.equal(await answer("first", {}), first, "one of those that wait is told again");
  const other = callbackToken(world.vault, { tenant, run: second.run, step: 0, item: null });
  const large = "x".repeat(1_400_000);
  const next = (body: Json) => world.engine.acceptCallback(other, body, null);
  await next({ no: large });
  await next({ no: large });
  await assert.rejects(next({ no: large }), full, "so many bytes");
  assert.match((await next({ ok: 2 })) ?? "", /^itm_/);
  world.unlock();
  await clock.turn(10_000);
  for (const id of [run, second.run])
    assert.equal((await world.engine.getRun(tenant, id)).status, "completed");
  const states = (await statesOf(world)).map(([state]) => state);
  assert.equal(states.filter((state) => state === "started").length, 2);
});

test("a run that the engine alone may open takes its signals while nobody is signed in", async () => {
  const { clock, world } = await open();
  await put(world, waits("active-run"));
  const { run } = await world.engine.startRun(tenant, startOf("waits", {}));
  await clock.turn(100_000);
  world.lock();
  assert.equal(await world.engine.acceptSignal(tenant, run, "go", { no: 1 }, null), null);
  await clock.turn(1_000);
  world.unlock();
  assert.equal((await world.engine.getRun(tenant, run)).status, "completed");
});

test("due times of a locked tenant wait, each once, and none spins", async () => {
  const { store, clock } = await open();
  let world = await openEngine(store, clock);
  world.unlock();
  await put(
    world,
    `
name: tick
version: 1
triggers: [{type: cron, schedule: "* * * * *", body: {at: "{{ trigger.scheduled_at }}"}}]
steps: {hello: {value: "{{ trigger.body.at }}"}}
`,
  );
  world.lock();
  await clock.turn(150_000);
  clock.forget();
  world = await openEngine(store, clock);
  await clock.turn(150_000);
  assert.equal(store.tables.inbox.size, 5);
  world.unlock();
  await clock.turn(10_000);
  const times = (await bodiesOf(world)).map((output) => JSON.stringify(output));
  assert.equal(times.length, 5);
  times.forEach((text, index) => {
    const at = new Date(Math.ceil(start / 60_000) * 60_000 + index * 60_000).toISOString();
    assert.ok(text.includes(at), `${text} is of ${at}`);
  });
  assert.deepEqual(
    (await world.engine.listInbox(tenant, {}, null, 10)).rows.map(({ kind, workflow }) => [kind, workflow]),
    Array(5).fill(["cron", "tick"]),
  );
});

test("events of a locked tenant wait for their triggers, and feed waits of active runs at once", async () => {
  const { clock, world } = await open();
  await put(
    world,
    `
name: paid
version: 1
triggers: [{type: event, event: paid, when: "trigger.body.no > 1"}]
steps: {hello: {value: "{{ trigger.body.no }}"}}
`,
  );
  await put(
    world,
    `
name: awaits
version: 1
triggers: [{type: http}]
steps: {hello: {wait: {event: paid}}}
`,
  );
  const { run } = await world.engine.startRun(tenant, startOf("awaits", {}));
  await clock.turn(100);
  world.lock();
  const event = (no: number) =>
    ({ id: String(no), source: "shop", type: "paid", specversion: "1.0", data: { no } }) as const;
  await world.engine.putEvents(tenant, [event(1), event(2)]);
  const [repeated] = await world.engine.putEvents(tenant, [event(1)]);
  assert.equal(repeated?.repeated, true);
  await world.engine.putEvents(tenant, [event(3)]);
  await clock.turn(10_000);
  world.unlock();
  assert.equal((await world.engine.getRun(tenant, run)).status, "completed", "its wait was fed while locked");
  await clock.turn(1_000);
  assert.deepEqual(await statesOf(world), [
    ["rejected", "event_not_wanted"],
    ["started", null],
    ["started", null],
  ]);
  assert.equal(runsOf(world).length, 3);
  await settle();
});
