// Pausing, running again, explaining and bulk actions, from outside.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-control-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
  await put("gate", 1, `steps: {open: {wait: {signal: open}}, then: {after: [open], ${call("/then")}}}`);
  await put(
    "order",
    1,
    `labels: {who: "{{ trigger.body.who }}"}
steps:
  pay:
    ${call("/pay")}
    compensate: {request: {method: POST, url: "${address}/refund"}, retry: {max: 0}}
  look: {${call("/look")}}
  mail: {after: [pay, look], ${call("/mail")}}
output: {look: "{{ steps.look.output }}", mail: "{{ steps.mail.output }}"}`,
  );
  await put("plain", 1, `steps: {a: {${call("/a")}}, b: {after: [a], ${call("/b")}}}`);
  await put(
    "many",
    1,
    `steps:
  wait: {wait: {signal: go}}
  each:
    after: [wait]
    request: {method: POST, url: "${address}/each", body: {n: "{{ item }}"}}
    strategy: {type: fan_out, over: trigger.body.list, concurrency: 8}
    response: {expect: [409]}
  sum:
    after: [each]
    value: "{{ steps.each.responses[0].status }}"
output: {wait: "{{ steps.wait.signal.body }}", each: "{{ steps.each.output }}", sum: "{{ steps.sum.output }}"}`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

function call(path: string): string {
  return `request: {method: POST, url: "${address}${path}"}`;
}

function put(name: string, version: number, rest: string) {
  const head = `name: ${name}\nversion: ${version}\ntriggers: [{type: http}]\n`;
  return engine.client.putWorkflow(name, head + rest, "yaml");
}

async function start(workflow: string, body: string | null = null): Promise<string> {
  return (await engine.client.startRun(workflow, { body })).run;
}

function refused(code: string, status: number) {
  return (error: unknown) => error instanceof ClientError && error.code === code && error.status === status;
}

test("a paused run starts nothing more until it is resumed", async () => {
  const id = await start("gate");
  await until(engine.client, id, (run) => run.steps[0]?.phase === "wait");
  const paused = await engine.client.command(id, "pause");
  assert.equal(paused.status, "paused");
  assert.match(paused.now, /^paused/);
  await engine.client.sendSignal(id, "open", { body: null });
  const held = await until(engine.client, id, (run) => run.steps[0]?.status === "succeeded");
  assert.deepEqual([held.status, held.steps[1]?.status], ["paused", "pending"]);
  assert.equal((await engine.client.explain(id)).next.action, "resume");
  assert.equal(service.of("/then").length, 0);
  await engine.client.command(id, "resume");
  assert.equal((await ended(engine.client, id)).status, "completed");
  await assert.rejects(engine.client.command(id, "pause"), refused("run_ended", 409));
});

test("a paused run makes no retry until it is resumed", async () => {
  const retry = "retry: {on: [503], max: 100, delay: 20ms, backoff: constant, jitter: none}";
  await put("stubborn", 1, `steps: {call: {${call("/stubborn")}, ${retry}}}`);
  await put("clock", 1, "steps: {tick: {sleep: 500ms}}");
  service.scripts.set("/stubborn", () => [503, {}]);
  const id = await start("stubborn");
  await until(engine.client, id, (run) => (run.steps[0]?.attempts ?? 0) > 1);
  await engine.client.command(id, "pause");
  const before = service.of("/stubborn").length;
  await ended(engine.client, await start("clock"));
  assert.ok(service.of("/stubborn").length <= before + 1, "at most the attempt that was under way");
  service.scripts.set("/stubborn", () => [200, {}]);
  await engine.client.command(id, "resume");
  assert.equal((await ended(engine.client, id)).status, "completed");
});

test("a run goes again from what failed, and carries the rest", async () => {
  service.scripts.set("/a", () => [200, { n: 1 }]);
  service.scripts.set("/b", () => [500, {}]);
  const id = await start("plain");
  assert.equal((await ended(engine.client, id)).status, "failed");
  const calls = service.of("/a").length;
  service.scripts.set("/b", () => [200, { n: 2 }]);
  const rerun = await engine.client.retry(id);
  assert.equal(rerun.rerun_of, id);
  const run = await ended(engine.client, rerun.run);
  assert.deepEqual([run.status, run.rerun_of], ["completed", id]);
  assert.deepEqual(
    run.steps.map((step) => [step.status, step.output]),
    [
      ["succeeded", { n: 1 }],
      ["succeeded", { n: 2 }],
    ],
  );
  assert.equal(service.of("/a").length, calls, "what had succeeded was not called again");
  assert.ok((await allEvents(engine.client, rerun.run)).some(({ type }) => type === "step.carried"));

  const both = await engine.client.rerun(id, { from: ["a"], body: '{"x": 1}' });
  assert.equal((await ended(engine.client, both.run)).status, "completed");
  assert.equal(service.of("/a").length, calls + 1);
  await assert.rejects(
    engine.client.rerun(id, { from: ["b"], body: "{}" }),
    refused("rerun_body_not_allowed", 409),
  );
  await assert.rejects(engine.client.rerun(id, { from: ["c"] }), refused("step_not_found", 422));
  await assert.rejects(engine.client.rerun(id, { version: 9 }), refused("version_not_found", 404));
});

test("a step that the version makes another kind of thing is not kept: it is refused, previewed or not, until it is named", async () => {
  service.scripts.set("/made", () => [200, { n: 1 }]);
  service.scripts.set("/last", () => [422, {}]);
  await put("turned", 1, `steps: {a: {${call("/made")}}, b: {after: [a], ${call("/last")}}}`);
  await put("inside", 1, `steps: {one: {value: 1}}`);
  await put("turned", 2, `steps: {a: {workflow: {name: inside}}, b: {after: [a], ${call("/last")}}}`);
  const { run: id } = await engine.client.startRun("turned", { body: null, version: "1" });
  assert.equal((await ended(engine.client, id)).status, "failed");
  await assert.rejects(engine.client.previewRerun(id, { version: 2 }), refused("rerun_kind_changed", 422));
  await assert.rejects(engine.client.rerun(id, { version: 2 }), refused("rerun_kind_changed", 422));
  const { run } = await engine.client.rerun(id, { version: 2, from: ["a"] });
  const again = await ended(engine.client, run);
  assert.deepEqual([again.status, again.compensation], ["failed", "complete"], "the child was undone");
});

test("of a strategy only what did not succeed runs again, or the items that are chosen", async () => {
  service.scripts.set("/each", ({ body }) => (body["n"] === 2 ? [400, {}] : [200, body]));
  const id = await start("many", '{"list": [0, 1, 2, 3]}');
  await engine.client.sendSignal(id, "go", { body: '"now"' });
  assert.equal((await ended(engine.client, id)).status, "failed");
  const keys = () => service.of("/each").map(({ key }) => key);
  assert.deepEqual(
    keys(),
    [0, 1, 2, 3].map((item) => `${id}/each/${item}`),
  );

  service.scripts.set("/each", ({ body }) => [409, { again: body["n"] }]);
  const retried = await engine.client.retry(id);
  const run = await ended(engine.client, retried.run);
  assert.equal(run.status, "completed");
  assert.deepEqual(run.output, { wait: "now", each: [{ n: 0 }, { n: 1 }, { again: 2 }, { n: 3 }], sum: 200 });
  assert.deepEqual(keys().slice(4), [`${retried.run}/each/2`]);

  const chosen = await engine.client.rerun(retried.run, { from: ["each[0]", "each[3]"] });
  const last = await ended(engine.client, chosen.run);
  assert.deepEqual(last.output, {
    wait: "now",
    each: [{ again: 0 }, { n: 1 }, { again: 2 }, { again: 3 }],
    sum: 409,
  });
  assert.deepEqual(keys().slice(5), [`${chosen.run}/each/0`, `${chosen.run}/each/3`]);

  await assert.rejects(engine.client.rerun(id, { from: ["each[4]"] }), refused("step_not_found", 422));
  await assert.rejects(engine.client.rerun(id, { from: ["wait[0]"] }), refused("step_not_found", 422));
  await assert.rejects(
    engine.client.rerun(id, { from: ["each[0]"], body: "{}" }),
    refused("rerun_body_not_allowed", 409),
  );
  const waits = await engine.client.rerun(id, { from: ["wait", "each[0]"], body: '{"list": [7]}' });
  await engine.client.sendSignal(waits.run, "go", { body: null });
  assert.deepEqual((await ended(engine.client, waits.run)).output, {
    wait: null,
    each: [{ again: 7 }],
    sum: 409,
  });
});

test("a rerun answers 201 with the new run's address, and refuses a body that is none", async () => {
  const id = await start("plain");
  await ended(engine.client, id);
  const ask = (body: string) =>
    fetch(`${engine.url}/api/runs/${id}/rerun`, {
      method: "POST",
      headers: { "dispatched-session": engine.token, "content-type": "application/json" },
      body,
    });
  const answer = await ask('{"from": ["b"]}');
  assert.equal(answer.status, 201);
  const { run, location } = (await answer.json()) as { run: string; location: string };
  assert.deepEqual([location, answer.headers.get("location")], [`/api/runs/${run}`, `/api/runs/${run}`]);
  await ended(engine.client, run);
  for (const body of ['{"form": []}', '{"from": "b"}', '{"version": 0}', "[]"]) {
    const bad = await ask(body);
    assert.deepEqual(
      [bad.status, ((await bad.json()) as { code: string }).code],
      [422, "invalid_body"],
      body,
    );
  }
});

test("a key makes one new run, and stands for one request", async () => {
  service.scripts.set("/each", ({ body }) => (body["n"] === 1 ? [400, {}] : [200, body]));
  const id = await start("many", '{"list": [0, 1, 2]}');
  await engine.client.sendSignal(id, "go", { body: '"now"' });
  assert.equal((await ended(engine.client, id)).status, "failed");
  service.scripts.set("/each", ({ body }) => [200, body]);
  const calls = () => service.of("/each").length;
  const before = calls();
  const retried = await Promise.all([1, 2, 3].map(() => engine.client.retry(id, { idempotencyKey: "k" })));
  const made = retried[0]?.run ?? "";
  assert.deepEqual(new Set(retried.map(({ run }) => run)), new Set([made]));
  assert.equal((await ended(engine.client, made)).status, "completed");
  assert.equal((await engine.client.retry(id, { idempotencyKey: "k" })).run, made, "and after its end");
  assert.equal((await engine.client.rerun(id, { idempotencyKey: "k" })).run, made, "it is the same request");
  assert.equal(calls(), before + 1);
  for (const other of [
    { from: ["each[1]", "each[2]"] },
    { from: ["wait"] },
    { from: ["wait"], body: "{}" },
  ]) {
    const asked = engine.client.rerun(id, { ...other, idempotencyKey: "k" });
    await assert.rejects(asked, refused("idempotency_conflict", 422), JSON.stringify(other));
  }
  const another = await engine.client.rerun(made, { from: ["sum"], idempotencyKey: "k" });
  assert.notEqual(another.run, made, "a key is one of its run");
  await ended(engine.client, another.run);
});

test("explain tells the attempt, the consequence and the next step; undoing can be tried again", async () => {
  service.scripts.set("/mail", () => [503, {}]);
  service.scripts.set("/refund", () => [500, {}]);
  const id = await start("order", '{"who": "ann"}');
  const run = await ended(engine.client, id);
  assert.deepEqual([run.status, run.compensation], ["failed", "partial"]);
  const partial = await engine.client.explain(id);
  assert.match(partial.verdict, /^failed at mail after .* · compensation partial$/);
  assert.deepEqual(
    [partial.failure?.step, partial.failure?.status, partial.failure?.request],
    ["mail", 503, `POST ${address}/mail`],
  );
  assert.equal(partial.consequence, "could not be undone: pay (http_500)");
  assert.deepEqual(partial.next, {
    action: "compensate",
    text: `dispatched runs compensate ${id}`,
    note: null,
  });

  service.scripts.set("/refund", () => [200, {}]);
  await engine.client.command(id, "compensate");
  const undone = await until(engine.client, id, ({ compensation }) => compensation === "complete");
  assert.equal(undone.status, "failed");
  assert.equal((await engine.client.explain(id)).next.action, "rerun");
  await assert.rejects(engine.client.command(id, "compensate"), refused("nothing_to_compensate", 409));

  service.scripts.set("/mail", () => [200, {}]);
  const pays = service.of("/pay").length;
  const again = await ended(engine.client, (await engine.client.retry(id)).run);
  assert.equal(again.status, "completed");
  assert.equal(service.of("/pay").length, pays + 1, "what was undone is done again");
});

test("another input of a rerun fits the schema, and is what `raw_body` holds", async () => {
  const text = `name: strict
version: 1
triggers: [{type: http, schema: {type: object, required: [n]}}]
steps: {a: {value: "{{ trigger.raw_body }}"}}
output: "{{ steps.a.output }}"`;
  await engine.client.putWorkflow("strict", text, "yaml");
  const id = await start("strict", '{ "n": 1 }');
  assert.equal((await ended(engine.client, id)).output, '{ "n": 1 }');
  await assert.rejects(engine.client.rerun(id, { from: ["a"], body: "{}" }), refused("schema_mismatch", 422));
  const again = await engine.client.rerun(id, { from: ["a"], body: '{ "n": 2 }' });
  assert.equal((await ended(engine.client, again.run)).output, '{"n":2}');
});

test("a run whose schedule could not make its input goes again with one that is given, and not with null", async () => {
  const triggers =
    'triggers: [{type: http}, {type: cron, schedule: "* * * * * *", body: {at: "at {{ trigger.body.no }}"}}]';
  const document = `name: broken\nversion: 1\n${triggers}\nsteps: {said: {value: "{{ trigger.body.at }}"}}`;
  await engine.client.putWorkflow("broken", document, "yaml");
  let id: string | undefined;
  while (id === undefined) {
    id = (await engine.client.listRuns({ workflow: "broken", status: "failed" })).runs[0]?.id;
    if (id === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const broken = id;
  assert.match((await engine.client.explain(broken)).next.text, /--body @body\.json$/);
  await assert.rejects(engine.client.rerun(broken, {}), refused("rerun_body_needed", 422));
  const { run } = await engine.client.rerun(broken, { body: '{"at": "noon"}' });
  assert.equal((await ended(engine.client, run)).steps[0]?.output, "noon");
  await engine.client.deleteWorkflow("broken");
});
