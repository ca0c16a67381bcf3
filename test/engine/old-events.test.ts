// Events are forgotten a day after they came, some at a time, until none is left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, hashOf } from "../../src/ports/store-contract/sample.ts";
import { AuditStage, startAt, tenant } from "./audit-stage.ts";

test("old events are forgotten in several writes, one after the other", async () => {
  const stage = new AuditStage();
  const { store } = stage;
  const engine = await stage.engine(stage.vault(true), store);
  const receivedAt = startAt - 26 * 3_600_000;
  const shared = { tenant, topics: [hashOf(1)], key: bytesOf(1, 60), live: null, sealed: bytesOf(2, 90) };
  const rows = Array.from({ length: 1_200 }, (_, number) => ({ ...shared, id: hashOf(number), receivedAt }));
  rows.push({ ...shared, id: hashOf(5_000), receivedAt: startAt });
  await store.putIncoming(rows);
  for (const { id } of rows) await store.settleIncoming(tenant, id);

  const drop = store.dropIncoming.bind(store);
  const dropped: number[] = [];
  store.dropIncoming = async (beforeMs, limit) => {
    const count = await drop(beforeMs, limit);
    dropped.push(count);
    return count;
  };
  await stage.clock.passTo(startAt + 601_000);
  assert.deepEqual(dropped, [500, 500, 200]);
  assert.equal(store.tables.incoming.size, 1);
  await engine.stop();
});
