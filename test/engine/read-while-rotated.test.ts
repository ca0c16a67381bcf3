// Everything of a tenant is read over and over while its key is rotated, page by page: nothing is unreadable at any moment.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { RunId } from "../../src/value/id.ts";
import {
  fillEveryKind,
  startNode,
  startOf,
  everyTenant as tenant,
  untilEnded,
} from "../process/every-kind.ts";

const large = "é".repeat(50_000);
const runs = 12;
/** So many read runs side by side: few would hardly meet the moment at which one gets its new key. */
const runReaders = 12;

for (const deep of [false, true]) {
  test(`while a key is rotated${deep ? " deep" : ""}, every kind of record can be read`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "dispatched-read-rotated-"));
    const store = await SqliteStore.open(folder);
    const [readEvents, readChunks] = [store.readEvents.bind(store), store.readChunks.bind(store)];
    // As on a slow disk: what stands between the key of a run and what it opens is long enough for a page.
    store.readEvents = (...asked) => slowly(() => readEvents(...asked));
    store.readChunks = (...asked) => slowly(() => readChunks(...asked));
    const node = await startNode(store, undefined, { rotationPage: 2 });
    const { engine } = node;
    try {
      await node.signIn(1);
      await fillEveryKind(node);
      await node.signIn(1);
      await engine.putWorkflow(tenant, {
        name: "large",
        text: 'name: large\nversion: 1\ntriggers: [{type: http}]\nsteps: {said: {value: "{{ trigger.body }}"}}',
        format: "yaml",
        dryRun: false,
      });
      for (let number = 0; number < runs; number++) {
        const { trigger, ...start } = startOf("large");
        await engine.startRun(tenant, { ...start, trigger: { ...trigger, body: `${number} ${large}` } });
      }
      const ended = await untilEnded(engine, 4 + runs);
      let isOver = false;
      const reading = readers(engine, ended).map(async (read) => {
        let rounds = 0;
        while (!isOver) {
          await read();
          rounds++;
          await new Promise(setImmediate);
        }
        await read();
        return rounds;
      });
      await node.rotate(deep);
      const rotated = untilOver(engine).finally(() => {
        isOver = true;
      });
      const rounds = await Promise.all([...reading, rotated]);
      assert.ok(
        rounds.slice(0, -1).every((count) => Number(count) >= 3),
        `read ${rounds} times meanwhile`,
      );
    } finally {
      await engine.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Each reads all of one kind, and throws when something of it cannot be read. */
function readers(engine: Engine, ended: readonly RunId[]): readonly (() => Promise<unknown>)[] {
  const someRun = () => ended[Math.floor(Math.random() * ended.length)] as RunId;
  const readRun = async () => {
    const run = someRun();
    await engine.listEvents(tenant, run, 0, 100, 0);
    const { stored = [] } = await engine.getRun(tenant, run);
    for (const { id } of stored) {
      const { source, body } = await engine.review.readBody(tenant, run, id);
      let bytes = 0;
      for await (const chunk of source.chunks(body)) {
        bytes += chunk.length;
        await new Promise(setImmediate);
      }
      assert.equal(bytes, body.bytes);
    }
  };
  return [
    ...Array.from({ length: runReaders }, () => readRun),
    () => engine.listRuns(tenant, {}, null, 100),
    async () => {
      const { rows } = await engine.listInbox(tenant, {}, null, 100);
      for (const { id } of rows) await engine.showItem(tenant, id);
      assert.ok(rows.length > 0);
    },
    async () => {
      const { rows } = await engine.hooks.list(tenant, null, 100);
      const [hook] = rows;
      assert.ok(hook !== undefined);
      const deliveries = (await engine.deliveries.list(tenant, hook.id, null, null, 100)).rows;
      for (const { id } of deliveries) await engine.deliveries.show(tenant, id);
      assert.ok(deliveries.length > 0);
    },
    async () => assert.equal((await engine.grants.list(tenant, null, 100)).rows.length, 1),
    async () => assert.equal((await engine.listSecrets(tenant)).length, 1),
    async () => {
      const { rows } = await engine.listWorkflows(tenant, null, 100);
      for (const { name } of rows) await engine.getWorkflow(tenant, name, null);
      assert.equal(rows.length, 5);
    },
    async () => {
      const { entries } = await engine.listAudit(tenant, null, 100);
      assert.ok(entries.every(({ texts, opened }) => texts === null || opened !== null));
      assert.equal((await engine.verifyAudit(tenant, 0)).fault, null);
    },
    // What is new meanwhile is looked at, too: slower than the pages go.
    async () => {
      const started = await engine.startRun(tenant, startOf("child"));
      await engine.waitForEnd(tenant, (started as { run: RunId }).run, Date.now() + 5_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
    async () => {
      const id = String(Math.random());
      await engine.putEvents(tenant, [{ id, source: "shop", type: "order.paid", specversion: "1.0" }]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
  ];
}

async function slowly<Answer>(read: () => Promise<Answer>): Promise<Answer> {
  await new Promise((resolve) => setTimeout(resolve, 3));
  return read();
}

async function untilOver(engine: Engine): Promise<void> {
  for (let tries = 0; tries < 2_000; tries++) {
    const rotation = await engine.showRotation(tenant);
    if (rotation?.endedAt != null) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the rotation does not end: ${JSON.stringify(await engine.showRotation(tenant))}`);
}
