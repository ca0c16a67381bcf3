// Large bodies wherever a run takes them in or is looked at: signals, callbacks, items, failures, run tokens, records, the command line.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startCommand } from "../process/run-command.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-bodies-reached-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

/** 160 KB that begin as they say. */
const large = (what: string) => `${what} ${"é".repeat(80_000)}`;

async function put(name: string, rest: string): Promise<void> {
  const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${rest}\n`;
  await engine.client.putWorkflow(name, text, "yaml");
}

async function start(name: string, body: unknown = null): Promise<string> {
  return (await engine.client.startRun(name, { body: JSON.stringify(body) })).run;
}

async function valueIn(run: string, expression: string): Promise<unknown> {
  return (await engine.client.evaluate(run, expression)).value;
}

const ask = (path: string, init: RequestInit = {}) => fetch(`${engine.url}${path}`, init);

before(async () => {
  address = await service.start();
  service.scripts.set("/item", ({ body }) => [200, { n: body["n"], text: large(`item ${body["n"]}`) }]);
  service.scripts.set("/refuse", () => [422, { why: large("refused") }]);
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  await service.stop();
  rmSync(home, { recursive: true, force: true });
});

test("signals and callbacks may be as large as a request, and no larger; what a callback shows reads them", async () => {
  await put(
    "asks",
    `steps:
  note: {wait: {signal: note}}
  call: {after: [note], request: {method: POST, url: "${address}/call", body: {to: "{{ callback.url }}"}}, wait: {show: {title: "{{ steps.note.output.title }}", data: "{{ steps.note.output.text }}"}}}
output: {said: "{{ steps.note.output.text }}", back: "{{ steps.call.output }}"}`,
  );
  const run = await start("asks");
  await until(engine.client, run, ({ status }) => status === "waiting");
  await engine.client.sendSignal(run, "note", {
    body: JSON.stringify({ title: "Look", text: large("a note") }),
  });
  await until(engine.client, run, ({ steps }) => steps[1]?.phase === "wait");
  const to = String(service.of("/call").at(-1)?.body["to"]);
  const shown = (await (await fetch(to)).json()) as { readonly show: Readonly<Record<string, unknown>> };
  assert.deepEqual([shown.show["title"], shown.show["data"]], ["Look", large("a note")]);
  const send = (body: string) =>
    fetch(to, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal((await send(JSON.stringify("x".repeat(1024 * 1024)))).status, 413);
  const most = "y".repeat(1024 * 1024 - 2);
  assert.equal((await send(JSON.stringify(most))).status, 202);
  assert.equal((await ended(engine.client, run)).status, "completed");
  assert.equal(await valueIn(run, "steps.call.output"), most);
  assert.equal(await valueIn(run, "steps.note.output.text"), large("a note"));
  const log = JSON.stringify(await allEvents(engine.client, run));
  assert.ok(log.length < 100_000 && !log.includes("ééé"), "no event holds a body");
});

test("items keep their bodies when others run again, and the run that goes again has its own", async () => {
  let refused = true;
  service.scripts.set("/third", ({ body }) =>
    refused && body["n"] === 3
      ? [422, { why: large("not yet") }]
      : [200, { n: body["n"], text: large("third") }],
  );
  await put(
    "items",
    `steps:
  each:
    strategy: {type: fan_out, over: [1, 2, 3], on_error: continue}
    request: {method: POST, url: "${address}/third", body: {n: "{{ item }}"}}
  end: {after: [each], request: {method: POST, url: "${address}/item", body: {n: "{{ steps.each.output[2].n ?? 0 }}"}}}
output: "{{ steps.each.output }}"`,
  );
  const first = await start("items");
  const before = await ended(engine.client, first);
  assert.deepEqual(before.output, [null, null, null]);
  assert.deepEqual(
    before.stored.filter(({ pointer }) => pointer.startsWith("/output/")).map(({ pointer }) => pointer),
    ["/output/0", "/output/1"],
  );
  refused = false;
  const { run } = await engine.client.rerun(first, { from: ["each[2]"] });
  const again = await ended(engine.client, run);
  const outputs = again.stored.filter(({ pointer }) => pointer.startsWith("/output/"));
  assert.equal(outputs.length, 3);
  for (const { body, location } of outputs) {
    assert.ok(location.startsWith(`/api/runs/${run}/`), "each run has its own");
    const { text } = (await engine.client.getRunBody(run, body)) as { readonly text: string };
    assert.equal(text, large("third"));
  }
});

test("a child is given a large body within its own, and its labels read it", async () => {
  await put(
    "given",
    `labels: {what: "{{ trigger.body.all.what }}"}\nconcurrency: {key: "{{ trigger.body.all.what }}", limit: 1}\nsteps: {a: {value: "{{ trigger.body.all.text }}"}}`,
  );
  await put(
    "gives",
    `steps: {go: {wait: {signal: go}}, child: {after: [go], workflow: {name: given, body: {n: 1, all: "{{ trigger.body }}"}}}}\noutput: "{{ steps.child.output }}"`,
  );
  const run = await start("gives", { what: "labelled", text: large("for a child") });
  // One that waits is not in memory: it has no body at hand when it goes on.
  await until(engine.client, run, ({ status }) => status === "waiting");
  await engine.client.sendSignal(run, "go", { body: "1" });
  const { status, steps } = await ended(engine.client, run);
  assert.equal(status, "completed");
  assert.equal(await valueIn(run, "steps.child.output.a"), large("for a child"));
  assert.deepEqual((await engine.client.getRun(steps[1]?.child ?? "")).labels, { what: "labelled" });
});

test("a failure tells itself without its body, which can be read", async () => {
  await put("fails", `steps: {bad: {request: {method: POST, url: "${address}/refuse", body: {a: 1}}}}`);
  const run = await start("fails");
  const { stored, error } = await ended(engine.client, run);
  assert.equal(error?.code, "http_422");
  assert.ok(stored.some(({ pointer }) => pointer === "/steps/0/error/body"));
  assert.match((await engine.client.explain(run)).verdict, /failed at bad/);
  assert.equal(await valueIn(run, "steps.bad.error.body.why"), large("refused"));
});

test("a run token reads the bodies of its run, and of no other", async () => {
  await put(
    "tells",
    `steps: {tell: {request: {method: POST, url: "${address}/item", headers: {x-token: "{{ run.session }}"}, body: {n: 1, given: "{{ trigger.body }}"}}}}`,
  );
  const given = large("given");
  const [run, other] = [await start("tells", given), await start("tells", given)];
  for (const one of [run, other]) await ended(engine.client, one);
  const asked = service.of("/item").find(({ headers }) => headers["dispatched-run"] === run);
  const headers = { "dispatched-session": String(asked?.headers["x-token"]) };
  const { stored } = (await (await ask(`/api/runs/${run}`, { headers })).json()) as {
    readonly stored: readonly { readonly location: string }[];
  };
  const [{ location = "" } = {}] = stored;
  const read = await ask(location, { headers });
  assert.equal(((await read.json()) as { readonly text: string }).text, large("item 1"));
  const [created] = await allEvents(engine.client, run);
  const { stored: apart = [] } = (created?.data ?? {}) as {
    readonly stored?: readonly { readonly location: string }[];
  };
  const untold = await ask(apart[0]?.location ?? "", { headers });
  assert.equal(untold.status, 404, "what the run does not tell of is not read");
  assert.equal((await ask(location)).status, 401);
  assert.equal((await ask(location.replace(run, other), { headers })).status, 401);
});

test("a record has bodies where they belong, and without values nothing of them", async () => {
  await put("record", `steps: {a: {value: "{{ trigger.body }}"}}\noutput: {all: "{{ steps.a.output }}"}`);
  const run = await start("record", { text: large("canary") });
  await ended(engine.client, run);
  const whole = await engine.client.exportRun(run, false);
  const shown = JSON.parse(JSON.stringify(whole)) as {
    readonly run: { readonly output: unknown; readonly stored: unknown };
    readonly events: readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[];
  };
  assert.deepEqual(shown.run.output, { all: { text: large("canary") } });
  assert.deepEqual(shown.run.stored, []);
  const created = shown.events.find(({ type }) => type === "run.created")?.data ?? {};
  assert.deepEqual((created["trigger"] as { readonly body: unknown }).body, { text: large("canary") });
  assert.ok(!("stored" in created));
  const redacted = JSON.stringify(await engine.client.exportRun(run, true));
  assert.ok(!/canary|ééé|[0-9a-f]{64}/.test(redacted), redacted.slice(0, 2_000));
});

test("the command line prints an output whole, and a body as it was recorded", async () => {
  await put("prints", `steps: {a: {value: "{{ trigger.body }}"}}\noutput: "{{ steps.a.output }}"`);
  const file = join(home, "large.json");
  const body = JSON.stringify({ text: `printed ${"x".repeat(80_000)}` });
  writeFileSync(file, body);
  const said = await startCommand(home, ["run", "prints", "--body", `@${file}`]).done;
  assert.equal(said.code, 0, said.err);
  assert.ok(said.out.includes(body));
  const json = await startCommand(home, ["run", "prints", "--body", `@${file}`, "--json"]).done;
  const run = JSON.parse(json.out) as Awaited<ReturnType<typeof engine.client.getRun>>;
  assert.deepEqual(run.output, JSON.parse(body));
  const [stored] = run.stored;
  const read = await startCommand(home, ["runs", "body", run.id, String(stored?.body)]).done;
  assert.deepEqual([read.code, read.out], [0, body]);
  assert.equal((await startCommand(home, ["runs", "body", run.id, "7"]).done).code === 0, false);
});
