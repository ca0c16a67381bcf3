// Events that cannot start what they should: none is in the way of another, and none is opened for nothing.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { CloudEvent } from "../../src/engine/engine-api.ts";
import { sealIncoming } from "../../src/engine/incoming.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { type Node, startNode, everyTenant as tenant, untilEnded } from "../process/every-kind.ts";
import { until } from "./until.ts";

const text =
  "name: heard\nversion: 1\ntriggers: [{type: event, event: order.paid}]\nsteps: {one: {value: 2}}";

const paid = (id: string): CloudEvent => ({ id, source: "shop", type: "order.paid", specversion: "1.0" });

async function withNode(run: (node: Node, store: SqliteStore) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-in-the-way-"));
  const store = await SqliteStore.open(folder);
  const node = await startNode(store);
  try {
    await node.signIn(1);
    await node.engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
    await run(node, store);
  } finally {
    await node.engine.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("an event that was damaged is refused, and the next one starts its run", () =>
  withNode(async ({ engine, ports }, store) => {
    const logged: unknown[] = [];
    Object.assign(ports.log, { write: (...line: unknown[]) => void logged.push(line) });
    const row = sealIncoming(ports.vault, tenant, paid("1"), 1);
    const sealed = row.sealed.map((byte, at) => (at === row.sealed.length - 1 ? byte ^ 1 : byte));
    await store.putIncoming([{ ...row, sealed }]);
    await engine.putEvents(tenant, [paid("2")]);
    await untilEnded(engine, 1);
    await until(async () => (await store.listUnsettled(9, [])).length === 0);
    assert.deepEqual(logged, [["error", "event.rejected", { tenant, code: "sealed_data_damaged" }]]);
  }));

test("an event that waits in the inbox has not been opened before", () =>
  withNode(async ({ engine, ports }, store) => {
    ports.vault.lock(tenant);
    engine.locked(tenant);
    const opened: string[] = [];
    const unwrapKey = ports.vault.unwrapKey.bind(ports.vault);
    ports.vault.unwrapKey = (...given) => {
      opened.push(given[0].table);
      return unwrapKey(...given);
    };
    await engine.putEvents(tenant, [paid("1")]);
    await until(async () => (await store.listUnsettled(9, [])).length === 0);
    assert.equal(await store.inbox.count(tenant, null), 1);
    assert.deepEqual(opened, []);
  }));
