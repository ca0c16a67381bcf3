// Parts of a run: its items page by page, the events of one step or item, and all of it without what is long.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { BriefEventResource } from "../../src/client/resources.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-parts-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let run: string;

before(async () => {
  const address = await service.start();
  service.scripts.set("/each", ({ body }) => [
    body["n"] === 3 ? 422 : 200,
    { told: `canary ${String(body["n"])}` },
  ]);
  engine = await startDev(home);
  const document = `name: parts
version: 1
triggers: [{type: http}]
steps:
  each:
    request: {method: POST, url: "${address}/each", body: {n: "{{ item }}"}}
    strategy: {type: fan_out, over: trigger.body.list, on_error: continue}
  last: {after: [each], value: "canary"}
`;
  await engine.client.putWorkflow("parts", document, "yaml");
  ({ run } = await engine.client.startRun("parts", { body: '{"list": [0, 1, 2, 3, 4]}' }));
  await ended(engine.client, run);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

test("items are listed in their order, from anywhere, and by status with how many there are", async () => {
  const { client } = engine;
  const page = await client.listRunItems(run, "each", { from: 3, limit: 1 });
  assert.equal(page.total, 5);
  const [third] = page.items;
  assert.deepEqual(
    [third?.item, third?.entry, third?.status, third?.attempts, third?.error?.code, third?.error?.status],
    [3, "3", "failed", 1, "http_422", 422],
  );
  const failed = await client.listRunItems(run, "each", { status: "failed" });
  assert.deepEqual([failed.total, failed.items.map(({ item }) => item)], [1, [3]]);
  const rest = await client.listRunItems(run, "each", { status: "succeeded", from: 2, limit: 1 });
  assert.deepEqual([rest.total, rest.items.map(({ item }) => item)], [4, [2]]);
  assert.deepEqual(await client.listRunItems(run, "last"), { total: 0, items: [] });
  await assert.rejects(client.listRunItems(run, "nowhere"), { code: "step_not_found" });
});

test("a filter of events that would not hold is refused", async () => {
  const ask = async (query: string, accept = "application/json") => {
    const answer = await fetch(`${engine.url}/api/runs/${run}/events?${query}`, {
      headers: { "dispatched-session": engine.token, accept },
    });
    return [answer.status, ((await answer.json()) as { readonly code?: string }).code];
  };
  const refused = [400, "invalid_query"];
  assert.deepEqual(await ask("item=1"), refused);
  assert.deepEqual(await ask("item=0"), refused);
  const stream = "text/event-stream";
  for (const query of ["step=each", "step=nope", "step=each&item=1", "item=1"])
    assert.deepEqual(await ask(query, stream), refused, query);
  assert.deepEqual(await ask("step=nope"), [422, "step_not_found"]);
});

test("the events of a step, or of one item of it, are those of the whole log, in their order", async () => {
  const { client } = engine;
  const all = await allEvents(client, run);
  const of = await client.listEventsOf(run, { step: "each" });
  assert.deepEqual(
    of.events,
    all.filter(({ step }) => step === "each"),
  );
  assert.equal(of.ended, true);
  const third = await client.listEventsOf(run, { step: "each", item: 3 });
  assert.deepEqual(
    third.events.map(({ type }) => type),
    ["item.started", "item.failed"],
  );
  const paged: number[] = [];
  for (let at = 0; ; ) {
    const { events, ended: over } = await client.listEventsOf(run, { step: "each", after: at, limit: 2 });
    paged.push(...events.map(({ seq }) => seq));
    at = events.at(-1)?.seq ?? at;
    if (over) break;
  }
  assert.deepEqual(
    paged,
    of.events.map(({ seq }) => seq),
  );
  await assert.rejects(client.listEventsOf(run, { step: "nowhere" }), { code: "step_not_found" });
});

test("in brief, nothing is told of what was sent and answered; whatever says how it went is", async () => {
  const { client } = engine;
  const whole = await client.getRun(run);
  const brief = await client.getBriefRun(run);
  assert.ok(JSON.stringify(whole).includes("canary") && !JSON.stringify(brief).includes("canary"));
  assert.deepEqual([brief.status, brief.seq, brief.doing], [whole.status, whole.seq, []]);
  assert.equal(brief.steps[0]?.items?.failed, 1);
  const all = await allEvents(client, run);
  const told: BriefEventResource[] = [];
  for await (const event of client.followRun(run, { brief: true })) told.push(event);
  assert.deepEqual(
    told.map(({ seq, type, at, step }) => [seq, type, at, step]),
    all.map(({ seq, type, at, step }) => [seq, type, at, step]),
  );
  assert.ok(JSON.stringify(all).includes("canary") && !JSON.stringify(told).includes("canary"));
  const failed = told.find(({ type }) => type === "item.failed")?.data as unknown as {
    readonly item: number;
    readonly failure: { readonly code: string; readonly status: number };
  };
  assert.deepEqual([failed.item, failed.failure.code, failed.failure.status], [3, "http_422", 422]);
});
