// A grant lets one version of a workflow start while nobody is signed in, as far as it says and no further.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { GrantRequest } from "../../src/engine/inbox-api.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { DispatchedError } from "../../src/value/problem.ts";
import { HandClock, openEngine, other, runsOf, tenant } from "./open-engine.ts";
import { greet, hmacHex, put, startOf, triggerOf, waits } from "./sample.ts";

const day = 86_400_000;

const calls = (version = 1) => `
name: calls
version: ${version}
triggers:
  - {type: http, verify: {type: hmac, header: X-Signature, secret: HOOK_SECRET}}
  - {type: cron, schedule: "* * * * *"}
  - {type: event, event: paid}
steps:
  child: {workflow: {name: kid, body: {no: "{{ trigger.type }}"}}}
`;
const kid = `
name: kid
version: 1
triggers: []
steps:
  ask:
    request:
      method: GET
      url: https://{{ trigger.body.no }}.example.com/
      headers: {authorization: "Bearer {{ secrets.TOKEN }}"}
`;

async function open() {
  const store = new MemoryStore({ exclusive: true });
  const clock = new HandClock();
  let world = await openEngine(store, clock);
  world.unlock();
  await world.engine.putSecret(tenant, "TOKEN", { value: "token-of-the-service" });
  await world.engine.putSecret(tenant, "HOOK_SECRET", { value: "shared" });
  await put(world, greet);
  await put(world, kid);
  await put(world, calls());
  const request: GrantRequest = {
    workflow: "calls",
    triggers: ["key", "hook", "cron", "event"],
    hosts: ["http.example.com", "cron.example.com"],
    verify: true,
    expiresAt: clock.now() + 30 * day,
  };
  const { token } = await world.engine.hooks.create(tenant, { workflow: "calls", quota: null });
  return {
    store,
    clock,
    request,
    token,
    get world() {
      return world;
    },
    /** A process that has never known the tenant's key. */
    async restart() {
      clock.forget();
      world = await openEngine(store, clock);
    },
  };
}

test("what is granted starts while nobody is signed in, and calls the named hosts only", async () => {
  const at = await open();
  const grant = await at.world.engine.grants.make(tenant, at.request);
  assert.deepEqual(
    [grant.version, grant.verify, [...grant.secrets].sort()],
    [1, true, ["HOOK_SECRET", "TOKEN"].filter((name) => grant.secrets.includes(name))],
  );
  await at.restart();
  const accepted = await at.world.engine.acceptStart(tenant, startOf("calls", {}));
  assert.equal(accepted.type, "run");
  await at.clock.turn(10_000);
  assert.deepEqual(
    at.world.calls.map(({ url }) => url),
    ["https://http.example.com/"],
  );
  const event = { id: "1", source: "shop", type: "paid", specversion: "1.0" } as const;
  await at.world.engine.putEvents(tenant, [event]);
  await at.clock.turn(60_000);
  assert.equal(at.world.calls.filter(({ url }) => url === "https://cron.example.com/").length, 1);
  assert.ok(!at.world.calls.some(({ url }) => url.includes("event.example")), "a host that is not named");
  assert.equal(at.store.tables.inbox.size, 0);
  assert.equal(runsOf(at.world).length, 6, "three, and a child of each");
  at.world.unlock();
  const failed = await at.world.engine.listRuns(tenant, { statuses: ["failed"] }, null, 10);
  const kids = failed.rows.filter(({ workflow }) => workflow === "kid");
  assert.equal(kids.length, 1);
  const view = await at.world.engine.getRun(tenant, kids[0]?.id ?? assert.fail());
  assert.equal(view.error?.code, "host_not_granted");
});

test("signatures of hooks are judged at the door when the grant lets them be, and wait otherwise", async () => {
  for (const verify of [true, false]) {
    const at = await open();
    await at.world.engine.grants.make(tenant, { ...at.request, verify });
    await at.restart();
    const send = (signature: string) =>
      at.world.engine.acceptHook(at.token, {
        trigger: triggerOf({}, { "x-signature": signature }),
        idempotencyKey: null,
      });
    const good = await send(hmacHex("shared", "{}"));
    assert.equal(good.type, verify ? "run" : "item");
    if (verify) await assert.rejects(send("00"), { code: "signature_invalid" });
    else assert.equal((await send("00")).type, "item");
  }
});

test("a node that dies as soon as it has stored a grant has opened what signatures are judged by", async () => {
  const at = await open();
  const { grants } = at.store;
  const put = grants.put.bind(grants);
  const keep = at.store.keepLive.bind(at.store);
  grants.put = async (row) => {
    at.store.keepLive = () => Promise.reject(new Error("the node has died"));
    return put(row);
  };
  await at.world.engine.grants.make(tenant, at.request).catch(() => {});
  Object.assign(at.store, { keepLive: keep });
  Object.assign(grants, { put });
  await at.restart();
  const trigger = triggerOf({}, { "x-signature": hmacHex("shared", "{}") });
  const accepted = await at.world.engine.acceptHook(at.token, { trigger, idempotencyKey: null });
  assert.equal(accepted.type, "run");
});

test("what was read just before its epoch was retired is read again, and does not wait", async () => {
  const at = await open();
  await at.world.engine.grants.make(tenant, at.request);
  await at.restart();
  const { vault } = at.world;
  const unwrap = vault.unwrapKey.bind(vault);
  const met = new Set<string>();
  vault.unwrapKey = (place, kept, under) => {
    const isFirst = ["grant", "incoming"].includes(place.table) && !met.has(place.table);
    met.add(place.table);
    if (isFirst) throw new DispatchedError("locked", "its epoch is retired", { retryable: true });
    return unwrap(place, kept, under);
  };
  const accepted = await at.world.engine.acceptStart(tenant, startOf("calls", {}));
  assert.equal(accepted.type, "run");
  await at.world.engine.putEvents(tenant, [{ id: "1", source: "shop", type: "paid", specversion: "1.0" }]);
  await at.clock.turn(5_000);
  assert.ok(met.has("incoming"), "the event was opened");
  assert.equal(at.store.tables.inbox.size, 0);
});

test("only the ways that a grant names, and only its workflow", async () => {
  const at = await open();
  await at.world.engine.grants.make(tenant, { ...at.request, triggers: ["hook"] });
  await at.restart();
  assert.equal((await at.world.engine.acceptStart(tenant, startOf("calls", {}))).type, "item");
  assert.equal((await at.world.engine.acceptStart(tenant, startOf("greet", { no: 1 }))).type, "item");
  await at.clock.turn(60_000);
  assert.equal(at.store.tables.inbox.size, 3, "a due time waits, too");
});

test("a new version ends the grant and says so; so do its end and its revocation", async () => {
  const at = await open();
  const first = await at.world.engine.grants.make(tenant, at.request);
  assert.equal((await put(at.world, calls())).endedGrant, null, "the same version again");
  assert.equal((await put(at.world, calls(2))).endedGrant, first.id);
  at.world.lock();
  const isItem = async () =>
    (await at.world.engine.acceptStart(tenant, startOf("calls", {}))).type === "item";
  assert.equal(await isItem(), true, "by the version");
  at.world.unlock();
  await at.clock.turn(1);
  const second = await at.world.engine.grants.make(tenant, at.request);
  await assert.rejects(at.world.engine.grants.revoke(other, second.id), { code: "grant_not_found" });
  at.world.lock();
  assert.equal(await isItem(), false);
  await at.world.engine.grants.revoke(tenant, second.id);
  assert.equal(await isItem(), true, "revoked");
  await assert.rejects(at.world.engine.grants.revoke(tenant, second.id), { code: "grant_not_found" });
  at.world.unlock();
  await at.clock.turn(1);
  await at.world.engine.grants.make(tenant, { ...at.request, expiresAt: at.clock.now() + 1_000 });
  at.world.lock();
  assert.equal(await isItem(), false);
  await at.clock.turn(2_000);
  assert.equal(await isItem(), true, "expired");
  at.world.unlock();
  assert.deepEqual(
    (await at.world.engine.grants.list(tenant, null, 10)).rows.map(({ end }) => end),
    ["expired", "revoked", "version"],
  );
});

test("a new version of a workflow that a granted one starts, or that those start, ends the grant", async () => {
  const at = await open();
  const { engine } = at.world;
  const step = (of: string) => `steps: {child: {workflow: {name: ${of}}}}`;
  const top = `name: top\nversion: 1\ntriggers: [{type: http}]\n${step("middle")}\n`;
  await put(at.world, `name: middle\nversion: 1\ntriggers: []\n${step("kid")}\n`);
  await put(at.world, top);
  const stands = async () => (await engine.grants.list(tenant, null, 1)).rows[0]?.end === null;
  for (const [changed, version] of [
    ["kid", 2],
    ["middle", 2],
    ["kid", 3],
  ] as const) {
    const grant = await engine.grants.make(tenant, { ...at.request, workflow: "top", verify: false });
    assert.deepEqual(grant.secrets, ["TOKEN"], "of its child's child");
    await put(at.world, changed === "kid" && version === 2 ? kid : top);
    assert.equal(await stands(), true, "what is there already changes nothing");
    const text = changed === "kid" ? kid : `name: middle\nversion: 1\ntriggers: []\n${step("kid")}\n`;
    await put(at.world, text.replace("version: 1", `version: ${version}`));
    assert.equal(await stands(), false, changed);
    at.world.lock();
    const started = await engine.acceptStart(tenant, startOf("top", {}));
    assert.equal(started.type, "item", "it waits for somebody to sign in");
    at.world.unlock();
    await at.clock.turn(10_000);
  }
});

test("a start that is sent again finds its run, whichever version a grant would start now", async () => {
  const at = await open();
  const text = waits("active-run");
  await put(at.world, text);
  const start = startOf("waits", {}, "once");
  const first = await at.world.engine.acceptStart(tenant, start);
  await put(at.world, text.replace("version: 1", "version: 2"));
  await at.world.engine.grants.make(tenant, { ...at.request, workflow: "waits", verify: false, hosts: [] });
  at.world.lock();
  assert.deepEqual(await at.world.engine.acceptStart(tenant, start), { ...first, repeated: true });
  await assert.rejects(at.world.engine.acceptStart(tenant, startOf("waits", { no: 2 }, "once")), {
    code: "idempotency_conflict",
  });
});

test("while nothing is granted and no run is active, the engine alone can open nothing", async () => {
  const at = await open();
  const live = () => [
    [...at.store.tables.definitions.values()].filter((row) => row.live !== null).length,
    [...at.store.tables.secrets.values()].filter((row) => row.live !== null).length,
  ];
  const { id } = await at.world.engine.grants.make(tenant, at.request);
  at.world.lock();
  await at.clock.turn(10_000);
  assert.deepEqual(live(), [2, 2]);
  await at.world.engine.grants.revoke(tenant, id);
  await at.clock.turn(10_000);
  assert.deepEqual(live(), [0, 0]);
});

test("a grant that cannot be is refused", async () => {
  const at = await open();
  const { engine } = at.world;
  await put(at.world, `${greet.replace("name: greet", "name: attended")}mode: attended\n`);
  const refused: readonly Partial<GrantRequest>[] = [
    { triggers: [] },
    { hosts: ["https://api.example.com/"] },
    { expiresAt: at.clock.now() },
    { expiresAt: at.clock.now() + 91 * day },
    { workflow: "attended", verify: false },
    { workflow: "greet" },
  ];
  for (const changes of refused) {
    const request = { ...at.request, ...changes };
    await assert.rejects(
      engine.grants.make(tenant, request),
      { code: "invalid_grant" },
      JSON.stringify(changes),
    );
  }
  const unknown = { ...at.request, workflow: "nothing" };
  await assert.rejects(engine.grants.make(tenant, unknown), { code: "workflow_not_found" });
});

test("hooks and grants are in the audit log, and a grant that is used once while the process lives", async () => {
  const at = await open();
  const grant = await at.world.engine.grants.make(tenant, at.request);
  await at.restart();
  for (const name of ["one", "two"]) await at.world.engine.acceptStart(tenant, startOf("calls", { name }));
  at.world.unlock();
  await at.world.engine.grants.revoke(tenant, grant.id);
  await assert.rejects(at.world.engine.grants.revoke(tenant, grant.id), { code: "grant_not_found" });
  const [hook] = (await at.world.engine.hooks.list(tenant, null, 200)).rows;
  if (hook !== undefined) await at.world.engine.hooks.revoke(tenant, hook.id);
  const { entries } = await at.world.engine.listAudit(tenant, null, 100);
  const told = entries.filter(({ action }) => /^(?:hook|grant)\./.test(action));
  assert.deepEqual(
    told.map(({ action, fields, opened }) => [
      action,
      fields["grants"] ?? fields["grant"] ?? opened?.["workflow"],
    ]),
    [
      ["hook.revoked", undefined],
      ["grant.revoked", grant.id],
      ["grant.used", [grant.id]],
      ["grant.made", grant.id],
      ["hook.made", "calls"],
    ],
  );
  assert.equal((await at.world.engine.verifyAudit(tenant, 0)).fault, null);
});

test("a grant ends when it says so, whatever a writer of the store makes of its row", async () => {
  const at = await open();
  const { id, expiresAt } = await at.world.engine.grants.make(tenant, {
    ...at.request,
    expiresAt: at.clock.now() + 60_000,
  });
  await at.restart();
  const row = at.store.tables.grants.get(`${tenant}/${id}`);
  assert.ok(row !== undefined);
  at.store.tables.grants.set(`${tenant}/${id}`, { ...row, expiresAt: expiresAt + 365 * day });
  assert.equal((await at.world.engine.acceptStart(tenant, startOf("calls", {}))).type, "run");
  await at.clock.jump(61_000);
  assert.equal((await at.world.engine.acceptStart(tenant, startOf("calls", {}))).type, "item");
});
