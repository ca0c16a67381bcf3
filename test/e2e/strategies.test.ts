// Strategies and children over the wire: losers of a race are hung up on, children end with their parent and stay linked.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents, ended, until } from "../process/until.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-strategies-"));
/** Paths whose callers hung up before the answer, and those that were answered. */
const hungUp: string[] = [];
const answered: string[] = [];
const server = createServer((request, response) => {
  const path = request.url ?? "";
  request.resume();
  response.on("close", () => (response.writableFinished ? answered : hungUp).push(path));
  if (path.endsWith("/quick")) setTimeout(() => response.end("{}"), 30);
  if (path.endsWith("/undo")) response.end("{}");
});
let engine: EngineUnderTest;
let address: string;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  server.closeAllConnections();
  server.close();
  rmSync(home, { recursive: true, force: true });
});

function put(name: string, rest: string) {
  const document = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${rest}`;
  return engine.client.putWorkflow(name, document, "yaml");
}

async function start(workflow: string): Promise<string> {
  return (await engine.client.startRun(workflow, { body: null })).run;
}

async function hears(list: readonly string[], count: number): Promise<readonly string[]> {
  while (list.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  return [...list].sort();
}

test("the losers of a race are hung up on as soon as there is a winner", { timeout: 20_000 }, async () => {
  await put(
    "race",
    `steps: {race: {request: {method: GET, url: "${address}/race/{{ item }}"}, strategy: {type: race, over: [slow-a, quick, slow-b]}}}`,
  );
  const run = await start("race");
  assert.equal((await ended(engine.client, run)).status, "completed");
  assert.deepEqual(await hears(hungUp, 2), ["/race/slow-a", "/race/slow-b"]);
  assert.deepEqual(answered, ["/race/quick"]);
  const types = (await allEvents(engine.client, run)).map((event) => event.type);
  assert.equal(types.filter((type) => type === "item.cancelled").length, 2);
});

test("runs start each other at most 8 deep, and say so", async () => {
  await put("nested", `steps: {deeper: {workflow: {name: nested}}}`);
  const root = await start("nested");
  const found = await ended(engine.client, root);
  assert.equal(found.status, "failed");
  const { runs } = await engine.client.listRuns({ workflow: "nested" });
  assert.equal(runs.length, 9);
  const { failure, cause } = await engine.client.explain(root);
  assert.match(JSON.stringify([failure, cause]), /8/);
});

test("a child is cancelled with its parent, undoes what it did, and both know each other", async () => {
  await put(
    "inner",
    `steps:
  done: {request: {method: POST, url: "${address}/inner/quick"}, compensate: {request: {method: POST, url: "${address}/inner/undo"}}}
  wait: {after: [done], wait: {signal: go}}`,
  );
  await put("outer", `steps: {child: {workflow: {name: inner}}}`);
  const parent = await start("outer");
  const view = await until(engine.client, parent, (run) => run.steps[0]?.child != null);
  const child = view.steps[0]?.child as string;
  // Its id is known a moment before it is there.
  while ((await engine.client.getRun(child).catch(() => null)) === null);
  await until(engine.client, child, (run) => run.steps[1]?.phase === "wait");
  assert.equal((await engine.client.getRun(child)).parent?.run, parent);
  await engine.client.cancelRun(parent, true);
  assert.equal((await ended(engine.client, parent)).status, "cancelled");
  const cancelled = await ended(engine.client, child);
  assert.deepEqual([cancelled.status, cancelled.compensation], ["cancelled", "complete"]);
  assert.ok(answered.includes("/inner/undo"));
});
