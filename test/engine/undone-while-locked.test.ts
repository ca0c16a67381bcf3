// A rerun undoes a child that it took over while nobody is signed in: what it needs is open until its end, and no longer.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import type { Store } from "../../src/ports/store.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const stores: Readonly<Record<string, (folder: string) => Promise<Store>>> = {
  memory: async () => new MemoryStore({ exclusive: true }),
  SQLite: (folder) => SqliteStore.open(folder),
};

const child = "triggers: [{type: http}]\nsteps: {said: {value: 1}}";
const parent = `triggers: [{type: http}]
steps:
  sub: {workflow: {name: child}}
  gate: {after: [sub], wait: {signal: go}}`;

for (const [name, open] of Object.entries(stores)) {
  test(`a child of a run that has ended is undone by a rerun of a rerun, from the ${name} store`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "dispatched-undone-"));
    const store = await open(folder);
    const first = await startNode(store);
    try {
      await first.signIn(1);
      await put(first.engine, "child", 1, child);
      await put(first.engine, "parent", 1, parent);
      const { run: old } = await first.engine.startRun(tenant, startOf("parent"));
      await cancelAtGate(store, first.engine, old);
      await put(first.engine, "child", 2, child);
      const request = { from: [], version: null };
      const { run: between } = await first.engine.rerun(tenant, old, request);
      await cancelAtGate(store, first.engine, between);
      assert.equal(await isLive(store, old), false, "it has ended, and so has what kept it");
      const { run: again } = await first.engine.rerun(tenant, between, request);
      await until(async () => (await typesOf(store, again)).includes("wait.started"));
      assert.deepEqual([await isLive(store, old), await isLive(store, between)], [true, false]);
      await first.engine.stop();

      const locked = await startNode(store);
      await locked.engine.tenants.admit(tenant);
      await locked.engine.acceptCancel(tenant, again, true);
      await until(async () => (await store.readRun(tenant, again))?.endedAt != null);
      assert.ok((await typesOf(store, again)).includes("compensation.succeeded"), "the child is undone");
      assert.deepEqual([await isLive(store, old), await isLive(store, again)], [false, false]);
      await locked.engine.stop();
    } finally {
      await first.engine.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function put(engine: Engine, name: string, version: number, text: string): Promise<void> {
  const document = `name: ${name}\nversion: ${version}\n${text}`;
  await engine.putWorkflow(tenant, { name, text: document, format: "yaml", dryRun: false });
}

async function cancelAtGate(store: Store, engine: Engine, run: RunId): Promise<void> {
  await until(async () => (await typesOf(store, run)).includes("wait.started"));
  await engine.cancelRun(tenant, run, false);
  await until(async () => (await store.readRun(tenant, run))?.endedAt != null);
}

async function typesOf(store: Store, run: RunId): Promise<readonly string[]> {
  const batches = await store.readEvents(tenant, run, 0, 1_000);
  return batches.flatMap(({ summaries }) => summaries.map(({ type }) => type));
}

async function isLive(store: Store, run: RunId): Promise<boolean> {
  return (await store.readRun(tenant, run))?.live != null;
}
