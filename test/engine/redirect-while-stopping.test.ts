// A redirect that is answered while the node stops: the call is followed to its end, and costs no retry.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { AnsweringCaller, jsonResponse } from "./answering-caller.ts";
import { until } from "./until.ts";

const text = `name: follows
version: 1
triggers: [{type: http}]
steps:
  made:
    request: {method: POST, url: "https://api.example/jobs", body: {n: 1}, redirects: 1}
    retry: {max: 0}
`;

test("a call whose redirect comes while the node stops goes on to its end", async () => {
  const store = new MemoryStore({ exclusive: true });
  let redirect = () => {};
  const caller = new AnsweringCaller(({ method }) => {
    if (method === "GET") return jsonResponse(200, { done: true });
    return new Promise((resolve) => {
      redirect = () =>
        resolve({ type: "response", status: 303, headers: { location: "/1" }, body: new Uint8Array() });
    });
  });
  const { engine, signIn } = await startNode(store, caller);
  await signIn(1);
  await engine.putWorkflow(tenant, { name: "follows", text, format: "yaml", dryRun: false });
  const { run } = await engine.startRun(tenant, startOf("follows"));
  await until(async () => caller.requests.length === 1);
  const stopped = engine.stop();
  redirect();
  await stopped;
  assert.deepEqual(
    caller.requests.map(({ method, url }) => `${method} ${url}`),
    ["POST https://api.example/jobs", "GET https://api.example/1"],
  );
  assert.equal((await store.readRun(tenant, run))?.status, "completed");
  await store.close();
});
