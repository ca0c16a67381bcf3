// Several reruns of one run: what one of them undid, or may still undo, no other builds on.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ClientError } from "../../src/client/client-error.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-undone-elsewhere-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await service.start();
  engine = await startDev(home);
  await put(
    "trip",
    `
  book: {${call("/book")}, compensate: {${call("/undo")}}}
  ask: {after: [book], wait: {signal: go}}
  pay: {after: [ask], ${call("/pay")}}`,
  );
  await put("booking", `\n  book: {${call("/book")}, compensate: {${call("/undo")}}}`);
  await put(
    "outer",
    `
  sub: {workflow: {name: booking}}
  pay: {after: [sub], ${call("/pay")}}`,
  );
  await put(
    "list",
    `
  each:
    ${call("/book")}
    compensate: {${call("/undo")}}
    strategy: {type: scatter, over: [1, 2]}
  pay: {after: [each], ${call("/pay")}}`,
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

function put(name: string, steps: string) {
  const document = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps:${steps}\n`;
  return engine.client.putWorkflow(name, document, "yaml");
}

async function start(workflow: string): Promise<string> {
  return (await engine.client.startRun(workflow, { body: null })).run;
}

const count = (path: string) => service.of(path).length;
const refuse = () => service.scripts.set("/pay", () => [400, {}]);
const take = () => service.scripts.set("/pay", () => [200, {}]);

async function cancelledAtAsk(): Promise<string> {
  const id = await start("trip");
  await until(engine.client, id, (run) => run.steps[1]?.phase === "wait");
  await engine.client.cancelRun(id, false);
  await ended(engine.client, id);
  return id;
}

async function rerunEnds(id: string, from?: readonly string[]): Promise<string> {
  const { run } = await engine.client.rerun(id, from === undefined ? {} : { from });
  const now = await until(
    engine.client,
    run,
    (one) => one.ended_at !== null || one.steps[1]?.phase === "wait",
  );
  if (now.ended_at === null) await engine.client.sendSignal(run, "go", { body: null });
  await ended(engine.client, run);
  return run;
}

test("a step that a first rerun undid is done again by the second, and by a rerun of the first", async () => {
  const id = await cancelledAtAsk();
  assert.deepEqual((await engine.client.previewRerun(id, {})).kept, ["book"]);
  refuse();
  const undos = count("/undo");
  const first = await rerunEnds(id);
  assert.equal(count("/undo"), undos + 1);
  take();
  for (const again of [id, first]) {
    assert.deepEqual((await engine.client.previewRerun(again, {})).kept, []);
    const books = count("/book");
    const second = await rerunEnds(again);
    assert.equal((await engine.client.getRun(second)).status, "completed");
    assert.equal(count("/book"), books + 1, "what was undone is done again");
  }
});

for (const [workflow, step] of [
  ["outer", "sub"],
  ["list", "each"],
] as const) {
  test(`${step} of a run that completed is not kept when a rerun from a later step undid it`, async () => {
    take();
    const id = await start(workflow);
    assert.equal((await ended(engine.client, id)).status, "completed");
    refuse();
    const undos = count("/undo");
    await rerunEnds(id, ["pay"]);
    const done = count("/undo") - undos;
    assert.equal(done, workflow === "list" ? 2 : 1);
    take();
    const books = count("/book");
    const second = await rerunEnds(id, ["pay"]);
    assert.equal((await engine.client.getRun(second)).status, "completed");
    assert.equal(count("/book"), books + done);
  });
}

test("while one rerun goes on that may undo a step, no other keeps it", async () => {
  const id = await cancelledAtAsk();
  const asked = [1, 2, 3].map(() => engine.client.rerun(id, { from: ["ask"] }));
  const settled = await Promise.allSettled(asked);
  const made = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value.run] : []));
  assert.equal(made.length, 1, "one of them is made, also when they come together");
  const [first = ""] = made;
  for (const one of settled) {
    if (one.status === "fulfilled") continue;
    assert.ok(one.reason instanceof ClientError && one.reason.code === "run_not_ended");
    assert.match(one.reason.message, new RegExp(`${first} has not ended, and may undo what book did`));
  }
  await assert.rejects(engine.client.rerun(id, {}), { code: "run_not_ended" });
  const { run: whole } = await engine.client.rerun(id, { from: ["book"] });
  for (const run of [first, whole]) await engine.client.sendSignal(run, "go", { body: null });
  for (const run of [first, whole]) assert.equal((await ended(engine.client, run)).status, "completed");
  const books = count("/book");
  await rerunEnds(id);
  assert.equal(count("/book"), books, "it ended well: what it kept is still done");
});

test("a repeated request gives the rerun that it made, also while that goes on and when it has undone", async () => {
  const id = await cancelledAtAsk();
  const keyed = { idempotencyKey: "k" };
  const { run } = await engine.client.rerun(id, keyed);
  assert.equal((await engine.client.rerun(id, keyed)).run, run);
  await engine.client.cancelRun(run, true);
  assert.equal((await ended(engine.client, run)).compensation, "complete");
  assert.equal((await engine.client.rerun(id, keyed)).run, run);
});

test("a key that a rerun was to keep, and never came to use, is spent once another has undone its call", async () => {
  await put(
    "late",
    `
  gate: {${call("/gate")}}
  book: {after: [gate], response: {timeout: 300ms}, ${call("/slow")}, compensate: {${call("/undo")}}}
  pay: {after: [book], ${call("/pay")}}`,
  );
  const gate = (status: number) => service.scripts.set("/gate", () => [status, {}]);
  const keyOf = (run: string) =>
    service.of("/slow").findLast(({ headers }) => headers["dispatched-run"] === run)?.key;
  service.scripts.set("/slow", async () => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    return [200, {}];
  });
  gate(200);
  const id = await start("late");
  assert.equal((await ended(engine.client, id)).status, "failed");
  service.scripts.delete("/slow");
  gate(400);
  const { run: behindGate } = await engine.client.rerun(id, { from: ["gate"] });
  assert.equal((await ended(engine.client, behindGate)).status, "failed");
  gate(200);
  refuse();
  const { run: kept } = await engine.client.rerun(id, {});
  assert.equal((await ended(engine.client, kept)).compensation, "complete");
  assert.equal(keyOf(kept), `${id}/book`, "nobody knew whether it was done");
  take();
  const { run: last } = await engine.client.rerun(behindGate, {});
  assert.equal((await ended(engine.client, last)).status, "completed");
  assert.equal(keyOf(last), `${last}/book`);
});

test("items that failed are kept beside those that another rerun did alone and undid", async () => {
  await put(
    "some",
    `
  book: {${call("/book")}, compensate: {${call("/undo")}}}
  each:
    ${call("/some")}
    compensate: {${call("/undo")}}
    strategy: {type: scatter, over: [1, 2], on_error: continue}
  pay: {after: [book, each], ${call("/pay")}}`,
  );
  service.scripts.set("/some", ({ key }) => [key.endsWith("/each/0") ? 400 : 200, {}]);
  take();
  const id = await start("some");
  assert.equal((await ended(engine.client, id)).status, "completed");
  refuse();
  const undos = count("/undo");
  await rerunEnds(id, ["each[1]"]);
  take();
  assert.equal(count("/undo"), undos + 2, "its own item, and what it took over");
  assert.deepEqual((await engine.client.previewRerun(id, { from: ["pay"] })).kept, ["each"]);
});

/** A run that failed, of which `hold` could not be undone, and `book` was left: a cancel wanted no compensation any more. */
async function leftToUndo(): Promise<string> {
  await put(
    "left",
    `
  book: {${call("/book")}, compensate: {${call("/undo")}}}
  hold: {after: [book], ${call("/hold")}, compensate: {${call("/free")}, retry: {max: 0}}}
  ask: {after: [hold], wait: {signal: go, timeout: 1h}}
  pay: {after: [ask], ${call("/pay")}}`,
  );
  const held = Promise.withResolvers<void>();
  service.scripts.set("/free", async () => {
    await held.promise;
    return [400, {}];
  });
  refuse();
  const frees = count("/free");
  const id = await start("left");
  await engine.client.sendSignal(id, "go", { body: null });
  await until(engine.client, id, (run) => run.status === "compensating" && count("/free") > frees);
  await engine.client.cancelRun(id, false);
  held.resolve();
  assert.equal((await ended(engine.client, id)).compensation, "partial");
  assert.equal((await engine.client.explain(id)).next.action, "compensate");
  service.scripts.delete("/free");
  take();
  return id;
}

const inUse = (error: unknown) =>
  error instanceof ClientError && error.code === "outcome_in_use" && error.status === 409;

test("what a rerun took over is not undone by the run that it goes again from", async () => {
  const id = await leftToUndo();
  const undos = count("/undo");
  const { run: rerun } = await engine.client.rerun(id, {});
  await assert.rejects(engine.client.command(id, "compensate"), inUse);
  const { next } = await engine.client.explain(id);
  assert.deepEqual(next, {
    action: "none",
    text: `nothing is to be undone here: ${rerun} took over what book did, and has not ended`,
    note: `to undo it, cancel ${rerun}: it undoes what it took over`,
  });
  await engine.client.sendSignal(rerun, "go", { body: null });
  assert.equal((await ended(engine.client, rerun)).status, "completed");
  await assert.rejects(engine.client.command(id, "compensate"), inUse);
  assert.match(
    (await engine.client.explain(id)).next.text,
    /took over what book did, and completed with it$/,
  );
  assert.equal(count("/undo"), undos);
});

test("a run undoes again what a rerun left behind when that ended badly", async () => {
  const id = await leftToUndo();
  const { run: rerun } = await engine.client.rerun(id, {});
  await engine.client.cancelRun(rerun, false);
  await ended(engine.client, rerun);
  const undos = count("/undo");
  await engine.client.command(id, "compensate");
  const undone = await until(engine.client, id, (run) => run.compensation === "complete");
  assert.equal(undone.status, "failed");
  assert.equal(count("/undo"), undos + 1);
});

test("of a rerun and undoing again that are asked for together one goes by the other", async () => {
  for (const first of ["rerun", "compensate"]) {
    const id = await leftToUndo();
    const [undos, books] = [count("/undo"), count("/book")];
    const again = () => engine.client.rerun(id, {}).then(({ run }) => run);
    const undo = () => engine.client.command(id, "compensate").then(() => null);
    const settled = await Promise.allSettled(first === "rerun" ? [again(), undo()] : [undo(), again()]);
    const made = settled.flatMap((one) =>
      one.status === "fulfilled" && one.value !== null ? [one.value] : [],
    );
    for (const run of made) {
      await engine.client.sendSignal(run, "go", { body: null });
      await ended(engine.client, run);
    }
    await until(engine.client, id, (run) => !run.now.endsWith("is being undone"));
    // A rerun that took it over keeps it; one that came behind does it again.
    assert.equal(count("/undo") - undos, made.length === 0 ? 1 : count("/book") - books);
  }
});
