// CloudEvents from outside: made by the official SDK in each mode, and those that are none.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { CloudEvent, HTTP } from "cloudevents";
import type { RunResource } from "../../src/client/resources.ts";
import { secondTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-events-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
  const put = (name: string, text: string) =>
    engine.client.putWorkflow(name, `name: ${name}\nversion: 1\n${text}`, "yaml");
  await put(
    "on-order",
    `triggers: [{type: event, event: order.placed, when: trigger.body.amount > 10}]
labels: {order: "{{ trigger.body.order }}"}
steps: {a: {value: "{{ trigger.event.subject }}"}}
output: {data: "{{ trigger.body }}", subject: "{{ steps.a.output }}", id: "{{ trigger.event.id }}"}`,
  );
  await put(
    "on-note",
    `triggers: [{type: event, event: note.written}]
labels: {note: "{{ trigger.event.id }}"}
steps: {a: {value: "{{ trigger.body }}"}}
output: "{{ steps.a.output }}"`,
  );
  await put(
    "no-key",
    `triggers: [{type: event, event: note.written}]
concurrency: {key: "of {{ trigger.body.owner }}", limit: 1}
steps: {a: {value: 1}}`,
  );
  await put(
    "looks",
    `triggers: [{type: http}]
steps:
  a: {wait: {event: row.read, when: event.data == 290}}
  b: {after: [a], wait: {event: row.read, when: event.data == 5}}
  c: {after: [b], wait: {event: row.read, when: event.data <= 6}}
output: ["{{ steps.a.output.data }}", "{{ steps.b.output.data }}", "{{ steps.c.output.data }}"]`,
  );
  await put(
    "busy",
    `triggers: [{type: http}]
steps:
  a: {wait: {event: bell.rung, when: {expr: "return event.data == 'mine'", lang: lua}}}
  b: {after: [a], wait: {signal: go}}
output: "{{ steps.a.output.id }}"`,
  );
  await put(
    "waits",
    `triggers: [{type: http}]
steps: {paid: {wait: {event: order.paid, subject: "{{ trigger.body.order }}", when: event.data.ok, schema: {required: [sum]}}}}
output: "{{ steps.paid.output.data }}"`,
  );
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

function post(headers: Record<string, string>, body: string): Promise<Response> {
  return fetch(`${engine.url}/api/events`, {
    method: "POST",
    headers: { "dispatched-session": engine.token, ...headers },
    body,
  });
}

function sent(message: { headers: unknown; body: unknown }): Promise<Response> {
  const { body } = message;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return post(message.headers as Record<string, string>, text);
}

/** The run with this label: it is started after the event was acknowledged. */
async function runOf(label: string): Promise<RunResource> {
  for (let index = 0; index < 500; index++) {
    const { runs } = await engine.client.listRuns({ label });
    if (runs[0] !== undefined) return ended(engine.client, runs[0].id);
  }
  throw new Error(`no run has the label ${label}`);
}

function order(id: string, amount = 20): CloudEvent<unknown> {
  const data = { order: id, amount };
  return new CloudEvent({ id: `e-${id}`, source: "/shop", type: "order.placed", subject: "Grüße 50%", data });
}

test("events of the SDK, structured and binary, start runs", async () => {
  for (const [id, message] of [
    ["s1", HTTP.structured(order("s1"))],
    ["b1", HTTP.binary(order("b1").cloneWith({ subject: "plain" }))],
  ] as const) {
    const answer = await sent(message);
    const receipt = await answer.json();
    assert.deepEqual(
      [answer.status, receipt],
      [202, { events: [{ id: `e-${id}`, source: "/shop", repeated: false }] }],
    );
    const run = await runOf(`order=${id}`);
    const subject = id === "s1" ? "Grüße 50%" : "plain";
    assert.deepEqual(run.output, { data: { order: id, amount: 20 }, subject, id: `e-${id}` });
  }
});

test("a batch is taken as a whole; an event that came before starts nothing", async () => {
  const batch = [order("c1"), order("c2"), order("s1"), order("c3", 5), order("c1")];
  const body = JSON.stringify(batch.map((event) => event.toJSON()));
  const answer = await post({ "content-type": "application/cloudevents-batch+json" }, body);
  assert.equal(answer.status, 202);
  const { events } = (await answer.json()) as { events: readonly { repeated: boolean }[] };
  assert.deepEqual(
    events.map(({ repeated }) => repeated),
    [false, false, true, false, true],
  );
  await runOf("order=c1");
  await runOf("order=c2");
  for (const one of ["s1", "c1"])
    assert.equal((await engine.client.listRuns({ label: `order=${one}` })).runs.length, 1);
  assert.equal((await engine.client.listRuns({ label: "order=c3" })).runs.length, 0, "`when` was false");
});

test("an event ends a wait of its type and subject for which `when` is true", async () => {
  const { run: id } = await engine.client.startRun("waits", { body: '{"order": "o1"}' });
  await until(engine.client, id, (run) => run.steps[0]?.phase === "wait");
  const paid = (event: string, subject: string, ok: boolean, rest: object = { sum: 1 }) =>
    engine.client.putEvent(
      JSON.stringify({
        specversion: "1.0",
        id: event,
        source: "/bank",
        type: "order.paid",
        subject,
        data: { ok, ...rest },
      }),
    );
  await paid("p1", "o2", true);
  await paid("p2", "o1", false);
  await paid("p3", "o1", true, {});
  await paid("p4", "o1", true);
  const run = await ended(engine.client, id);
  assert.equal(run.status, "completed");
  assert.deepEqual(run.output, { ok: true, sum: 1 });
});

test("an event that cannot start a run of one workflow holds up no other event", async () => {
  // `no-key` listens, too, and has no key for any of these.
  await engine.client.putEvent(
    JSON.stringify({ specversion: "1.0", id: "k1", source: "/n", type: "note.written", data: 1 }),
  );
  await runOf("note=k1");
  assert.equal((await engine.client.listRuns({ workflow: "no-key" })).runs.length, 0);
  assert.match(engine.output(), /"code":"invalid_concurrency_key".*"event.not_started"/);
});

test("events whose `when` cannot be evaluated have a failed run that says why, one a trigger and minute", async () => {
  const text = `name: strict
version: 1
triggers: [{type: event, event: odd.sent, when: trigger.body}]
steps: {a: {value: 1}}`;
  await engine.client.putWorkflow("strict", text, "yaml");
  const event = (id: string, data: unknown) => ({
    ...{ specversion: "1.0", id, source: "/odd", type: "odd.sent" },
    data,
  });
  const batch = [event("o1", "text"), event("o2", "more"), event("o3", false), event("o4", true)];
  const answer = await post({ "content-type": "application/cloudevents-batch+json" }, JSON.stringify(batch));
  assert.equal(answer.status, 202);
  const listed = async (status: "failed" | "completed") =>
    (await engine.client.listRuns({ workflow: "strict", status })).runs;
  for (let tries = 0; (await listed("completed")).length < 1; tries++) {
    assert.ok(tries < 300, engine.output());
    await setTimeout(20);
  }
  const failed = await listed("failed");
  assert.equal(failed.length, 1, "the second has its line in the log alone");
  assert.equal(engine.output().split("event.condition_failed").length, 3);
  const told = await engine.client.explain(failed[0]?.id ?? "");
  assert.match(told.cause ?? "", /^the trigger's `when`: `trigger.body` must be true, false or null/);
  assert.equal(told.failure?.code, "not_a_boolean");
  assert.match(told.next.text, /rerun run_\w+ --version N$/);
});

test("a condition of one tenant that does not end holds up no event of another", async () => {
  const { client } = await secondTenant(engine.url);
  const endless = `name: endless
version: 1
triggers: [{type: event, event: round.begun, when: "return (function() while true do end end)()"}]
steps: {a: {value: 1}}`;
  await client.putWorkflow("endless", endless, "yaml");
  const event = (id: string, type: string) =>
    JSON.stringify({ specversion: "1.0", id, source: "/n", type, data: 1 });
  for (const id of ["l1", "l2", "l3"]) await client.putEvent(event(id, "round.begun"));
  const begunAt = performance.now();
  await engine.client.putEvent(event("l4", "note.written"));
  await runOf("note=l4");
  const tookMs = performance.now() - begunAt;
  assert.ok(tookMs < 4_000, `its run was there after ${tookMs} ms; each evaluation of the other takes 5,000`);
});

test("a wait finds its event behind many others, and those that it passed over are there for the next", async () => {
  const { run: id } = await engine.client.startRun("looks", { body: null });
  await until(engine.client, id, (run) => run.steps[0]?.phase === "wait");
  const rows = Array.from({ length: 299 }, (_, row) => {
    return { specversion: "1.0", id: `r${row}`, source: "/r", type: "row.read", data: row };
  });
  await post({ "content-type": "application/cloudevents-batch+json" }, JSON.stringify(rows));
  assert.deepEqual((await ended(engine.client, id)).output, [290, 5, 0]);
});

test("on a busy topic each event is looked at once, and a signal that is sent again counts once", async () => {
  const { client } = engine;
  const { run: id } = await client.startRun("busy", { body: null });
  await until(client, id, (run) => run.steps[0]?.phase === "wait");
  await client.sendSignal(id, "go", { body: "1", idempotencyKey: "once" });
  const others = Array.from({ length: 1_100 }, (_, no) => {
    return { specversion: "1.0", id: `b${no}`, source: "/b", type: "bell.rung", data: "theirs" };
  });
  const batch = (events: readonly object[]) =>
    post({ "content-type": "application/cloudevents-batch+json" }, JSON.stringify(events));
  for (let from = 0; from < others.length; from += 400) await batch(others.slice(from, from + 400));
  const recorded = async (count: number) => {
    for (let seq = 0; seq < count; ) seq = (await client.listEvents(id, seq, 5)).events.at(-1)?.seq ?? seq;
  };
  await recorded(2 * others.length + 4);
  await batch([{ ...others[0], id: "more" }]);
  await recorded(2 * others.length + 6);
  await client.sendSignal(id, "go", { body: "1", idempotencyKey: "once" });
  await batch([{ ...others[0], id: "last", data: "mine" }]);
  assert.equal((await ended(client, id)).output, "last");
  const received = (await allEvents(client, id)).filter(({ type }) => type === "signal.received");
  assert.equal(received.length, others.length + 3);
});

test("text stays text, base64 of JSON becomes JSON, exact numbers stay exact", async () => {
  const ce = (id: string) => ({
    "ce-specversion": "1.0",
    "ce-id": id,
    "ce-source": "/notes",
    "ce-type": "note.written",
  });
  const text = await post({ ...ce("n1"), "content-type": "text/plain" }, '{"not": "json"}');
  assert.equal(text.status, 202);
  assert.equal((await runOf("note=n1")).output, '{"not": "json"}');
  const exact = await post({ ...ce("n2"), "content-type": "application/json" }, "12345678901234567890");
  assert.equal(exact.status, 202);
  assert.equal((await runOf("note=n2")).output, 12345678901234567890n);
  const note = (id: string, rest: object) => ({
    specversion: "1.0",
    id,
    source: "/n",
    type: "note.written",
    ...rest,
  });
  const encoded = Buffer.from('{"a":1}').toString("base64");
  await engine.client.putEvent(
    JSON.stringify(note("n3", { datacontenttype: "application/json", data_base64: encoded })),
  );
  assert.deepEqual((await runOf("note=n3")).output, { a: 1 });
  const none = await post(ce("n4%2F%C3%BC"), "");
  assert.equal(none.status, 202);
  assert.equal((await runOf("note=n4/ü")).output, null);
});

test("what is no CloudEvent is refused with every problem at once, and nothing is taken", async () => {
  const structured = { "content-type": "application/cloudevents+json" };
  const answer = await post(
    structured,
    '{"specversion": "0.3", "id": "", "source": "a b", "time": "now", "Bad": 1, "x": 1.5}',
  );
  assert.equal(answer.status, 422);
  const problem = (await answer.json()) as { code: string; problems: { attribute: string }[] };
  assert.equal(problem.code, "invalid_event");
  assert.deepEqual(
    problem.problems.map(({ attribute }) => attribute),
    ["specversion", "id", "source", "time", "Bad", "x", "type"],
  );
  const batch = [order("z1").toJSON(), { id: "x" }];
  const mixed = await post({ "content-type": "application/cloudevents-batch+json" }, JSON.stringify(batch));
  assert.equal(mixed.status, 422);
  assert.equal((await sent(HTTP.structured(order("z1")))).status, 202);
  await runOf("order=z1");
  assert.equal((await post({ "content-type": "application/json" }, "{}")).status, 415);
  assert.equal((await post({ ...structured, "dispatched-session": "no" }, "{}")).status, 401);
  assert.equal((await post(structured, "[")).status, 400);
  assert.equal((await post(structured, `"${"x".repeat(1024 * 1024)}"`)).status, 413);
});
