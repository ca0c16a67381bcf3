// Rules of tenants for hosts: for the calls of that tenant alone, from the moment that they are answered, on every engine, after a restart.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import type { TenantId } from "../../src/value/id.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { AuditStage, posted, startAt, tenant } from "./audit-stage.ts";

const other = "ten_other" as TenantId;
const steps = `{all: {request: {method: GET, url: "https://a.example/{{ trigger.body }}"}, strategy: {type: scatter, over: [1, 2, 3]}}}`;

async function begin(engine: Engine, owner: TenantId) {
  const text = `name: shop\nversion: 1\ntriggers: [{type: http}]\nsteps: ${steps}`;
  await engine.putWorkflow(owner, { name: null, text, format: "yaml", dryRun: false });
  const trigger = posted(owner);
  const start = { workflow: "shop", version: null, idempotencyKey: null, trigger };
  return (await engine.startRun(owner, start)).run;
}

/** Tells each call by its tenant and second. */
async function stageOf(status: () => number = () => 200) {
  const stage = new AuditStage();
  const told: string[] = [];
  stage.caller = new AnsweringCaller(({ url }) => {
    told.push(`${new URL(url).pathname.slice(1)} ${Math.floor((stage.clock.now() - startAt) / 1_000)}`);
    return jsonResponse(status(), {});
  });
  const vault = stage.vault(true);
  vault.unlock(other, { generation: 1, sealKey: null, check: null }, new Uint8Array(32).fill(1));
  const engine = await stage.engine(vault);
  const pass = (seconds: number) => stage.clock.passTo(startAt + seconds * 1_000);
  const of = (owner: TenantId) => told.filter((one) => one.startsWith(owner)).map((one) => one.split(" ")[1]);
  return { stage, vault, engine, pass, of };
}

test("a rule bounds the calls of its tenant and of nobody else", async () => {
  const { engine, pass, of } = await stageOf();
  await engine.hosts.put(tenant, "A.example", { rate: "1/10s" });
  const run = await begin(engine, tenant);
  await begin(engine, other);
  await pass(5);
  assert.deepEqual([of(tenant), of(other)], [["0"], ["0", "0", "0"]]);
  assert.match(JSON.stringify((await engine.getRun(tenant, run)).now), /a\.example \(rate\)/);
  const [rule] = await engine.hosts.list(tenant);
  assert.ok(rule !== undefined);
  const [standing] = engine.hosts.standing(tenant, rule);
  assert.deepEqual([standing?.waiting, standing?.rateLeft, standing?.breaker], [2, 0, "closed"]);
  assert.deepEqual(engine.hosts.standing(other, rule), []);
  assert.deepEqual(await engine.hosts.list(other), []);
  await pass(30);
  assert.deepEqual(of(tenant), ["0", "10", "20"]);
});

test("a change holds for calls that wait: less, more, and none at all", async () => {
  const { engine, pass, of } = await stageOf();
  await engine.hosts.put(tenant, "*.example", { rate: "1/1h" });
  await begin(engine, tenant);
  await pass(10);
  assert.deepEqual(of(tenant), ["0"]);
  await engine.hosts.put(tenant, "a.example", { rate: "1/20s" });
  await pass(25);
  assert.deepEqual(of(tenant), ["0", "20"], "the more exact holds, and what began counts");
  await engine.hosts.delete(tenant, "a.example");
  await engine.hosts.delete(tenant, "*.example");
  await pass(26);
  assert.deepEqual(of(tenant), ["0", "20", "25"]);
});

test("the breaker of a tenant is its own, and a change closes it", async () => {
  let status = 500;
  const { engine, pass, of } = await stageOf(() => status);
  await engine.hosts.put(tenant, "a.example", { breaker: "1/1h", concurrency: 1 });
  await begin(engine, tenant);
  await begin(engine, other);
  await pass(60);
  assert.equal(of(tenant).length, 1);
  assert.ok(of(other).length > 3, "retries go on");
  const rule = await engine.hosts.get(tenant, "a.example");
  assert.equal(engine.hosts.standing(tenant, rule)[0]?.breaker, "open");
  status = 200;
  await engine.hosts.put(tenant, "a.example", { breaker: "2/1h" });
  await pass(70);
  assert.equal(of(tenant).length, 4);
});

test("another engine on the same store goes by it, and so does one that starts later", async () => {
  const { stage, vault, engine, pass, of } = await stageOf();
  const second = await stage.engine(stage.vault(true), stage.store, { node: "second" });
  await second.hosts.find(tenant);
  await engine.hosts.put(tenant, "a.example", { rate: "1/1h" });
  await pass(3);
  await begin(second, tenant);
  await pass(10);
  assert.equal(of(tenant).length, 1);
  await engine.hosts.delete(tenant, "a.example");
  await pass(13);
  assert.equal(of(tenant).length, 3, "who waits there hears of it");
  await engine.hosts.put(tenant, "a.example", { rate: "1/1h" });
  const third = await stage.engine(vault, stage.store, { node: "third" });
  assert.deepEqual(
    (await third.hosts.list(tenant)).map(({ host }) => host),
    ["a.example"],
  );
});

test("each bound that is not one is told", async () => {
  const { engine } = await stageOf();
  const wrong = engine.hosts.put(tenant, "a.example", { rate: "1", concurrency: 0, breaker: "5/2h" });
  await assert.rejects(wrong, ({ extra }) => {
    const problems = extra["problems"] as readonly { readonly pointer: string; readonly message: string }[];
    assert.deepEqual(
      problems.map(({ pointer }) => pointer),
      ["/rate", "/concurrency", "/breaker"],
    );
    assert.match(problems[2]?.message ?? "", /`5\/2h` is not .* such as 5\/30s/);
    return true;
  });
});

test("a rule that is not one is refused, and so is a change of another than was meant", async () => {
  const { engine } = await stageOf();
  for (const [host, bounds] of [
    ["a.example", {}],
    ["http://a.example", { rate: "1/1s" }],
    ["127.1:5761", { rate: "1/1s" }],
    ["a.example", { rate: "0/1s" }],
    ["a.example", { rate: "1/2h" }],
    ["a.example", { breaker: "5" }],
    ["a.example", { concurrency: 10_001 }],
  ] as const) {
    await assert.rejects(engine.hosts.put(tenant, host, bounds), { code: "invalid_host_rule" });
  }
  await assert.rejects(engine.hosts.get(tenant, "a.example"), { code: "host_rule_not_found" });
  await assert.rejects(engine.hosts.delete(tenant, "a.example"), { code: "host_rule_not_found" });
  const { rule } = await engine.hosts.put(tenant, "a.example", { concurrency: 4 });
  const again = await engine.hosts.put(tenant, "a.example", { concurrency: 4 });
  assert.equal(again.rule.edition, rule.edition);
  const changed = await engine.hosts.put(tenant, "a.example", { concurrency: 5 });
  assert.notEqual(changed.rule.edition, rule.edition);
  const isOld = (tag: string | null) => tag === String(rule.edition);
  const put = engine.hosts.put(tenant, "a.example", { concurrency: 6 }, undefined, isOld);
  await assert.rejects(put, { code: "precondition_failed" });
  const { entries } = await engine.listAudit(tenant, null, 10);
  const actions = entries.map(({ action }) => action).filter((action) => action.startsWith("host_rule"));
  assert.deepEqual(actions, ["host_rule.put", "host_rule.put", "host_rule.put"]);
});
