// A child for which `on_limit: reject` leaves no place fails its step.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const child = `name: import
version: 1
triggers: [{type: http}]
concurrency: {limit: 1, on_limit: reject}
steps: {gate: {wait: {signal: go, timeout: 1h}}}`;

const parent = `name: parent
version: 1
triggers: [{type: http}]
steps: {imported: {workflow: {name: import}}}`;

test("the step fails with the code of the refusal, and one that comes when a place is free goes on", async () => {
  const store = new MemoryStore({ exclusive: true });
  const { engine, signIn } = await startNode(store);
  try {
    await signIn(1);
    for (const [name, text] of [
      ["import", child],
      ["parent", parent],
    ] as const) {
      await engine.putWorkflow(tenant, { name, text, format: "yaml", dryRun: false });
    }
    const start = async (name: string) => (await engine.startRun(tenant, startOf(name))).run;
    const holder = await start("import");
    const refused = await start("parent");
    await until(async () => (await store.readRun(tenant, refused))?.endedAt !== null);
    const { status, error } = await engine.getRun(tenant, refused);
    assert.deepEqual([status, error?.code], ["failed", "concurrency_limit"]);
    await engine.sendSignal(tenant, holder, "go", {}, null);
    await until(async () => (await store.readRun(tenant, holder))?.endedAt !== null);
    const again = await start("parent");
    await until(async () => (await store.readRun(tenant, again))?.status === "waiting");
  } finally {
    await engine.stop();
    await store.close();
  }
});
