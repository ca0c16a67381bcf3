// An event that was acknowledged is settled by another node when the one to which it came goes away before that.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DispatchedError } from "../../src/value/problem.ts";
import { AuditStage, startAt, tenant } from "./audit-stage.ts";

const text =
  "name: heard\nversion: 1\ntriggers: [{type: event, event: order.paid}]\nsteps: {one: {value: 2}}";

test("an event whose node goes away starts its run on another node, where nothing else happens", async () => {
  const stage = new AuditStage();
  const { store } = stage;
  const pass = (seconds: number) => stage.clock.passTo(startAt + seconds * 1_000);
  const vault = stage.vault(true);
  const [first, second] = [
    await stage.engine(vault, store, { node: "first" }),
    await stage.engine(vault, store, { node: "second" }),
  ];
  await first.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  await pass(1);

  const { listEventTriggers } = store;
  const failed = new DispatchedError("store_unavailable", "a read that failed", { retryable: true });
  store.listEventTriggers = () => Promise.reject(failed);
  await first.putEvents(tenant, [{ id: "1", source: "shop", type: "order.paid", specversion: "1.0" }]);
  await stage.clock.settle();
  const stopped = first.stop();
  await pass(2);
  await stopped;
  store.listEventTriggers = listEventTriggers;
  assert.equal((await store.listUnsettled(9, [])).length, 1);

  await pass(15);
  assert.deepEqual(await store.listUnsettled(9, []), []);
  const { rows } = await second.listRuns(tenant, {}, null, 9);
  assert.deepEqual(
    rows.map(({ workflow, status }) => [workflow, status]),
    [["heard", "completed"]],
  );
  await second.stop();
});

test("a node where nothing happens looks seldom, and leaves what has just come to the node to which it came", async () => {
  const stage = new AuditStage();
  const { store } = stage;
  const pass = (seconds: number) => stage.clock.passTo(startAt + seconds * 1_000);
  const engine = await stage.engine(stage.vault(true), store);
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  await pass(1);
  const list = store.listUnsettled.bind(store);
  let looks = 0;
  store.listUnsettled = (...given) => {
    looks++;
    return list(...given);
  };
  await pass(61);
  assert.equal(looks, 12);

  await engine.putEvents(tenant, [{ id: "1", source: "shop", type: "order.paid", specversion: "1.0" }]);
  await stage.clock.settle();
  const [entry] = store.tables.incoming;
  assert.ok(entry?.[1].settled);
  const [key, { row }] = entry;
  store.tables.incoming.delete(key);
  await pass(62);
  await store.putIncoming([{ ...row, receivedAt: startAt + 63_000 }]);
  await pass(67);
  assert.equal((await list(9, [])).length, 1, "it is 4 seconds old");
  await pass(75);
  assert.deepEqual(await list(9, []), []);
  await engine.stop();
});
