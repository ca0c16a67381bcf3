// Followers of deliveries: woken by what comes, and never asleep over what came while they looked.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TenantId } from "../value/id.ts";
import { DeliveryFeed } from "./delivery-feed.ts";
import { Timers } from "./timers.ts";

const [tenant, other] = ["ten_a" as TenantId, "ten_b" as TenantId];
const feed = () => new DeliveryFeed(new Timers({ now: () => 0, wakeAt: () => () => {} }));

/** Whether it has resolved by the end of the turn. */
async function isOver(waiting: Promise<void>): Promise<boolean> {
  let over = false;
  void waiting.then(() => {
    over = true;
  });
  await new Promise(setImmediate);
  return over;
}

test("who waits is woken by what comes for his tenant, and by the end of the engine", async () => {
  const all = feed();
  const waiting = [all.next(tenant, all.now(tenant), 1_000), all.next(tenant, all.now(tenant), 1_000)];
  const apart = all.next(other, all.now(other), 1_000);
  all.tell(tenant);
  await Promise.all(waiting);
  assert.equal(await isOver(apart), false);
  all.wakeAll();
  await apart;
});

test("what came between a look and the wait after it is not slept over", async () => {
  const all = feed();
  const seen = all.now(tenant);
  all.tell(tenant);
  await all.next(tenant, seen, 1_000);
  assert.equal(await isOver(all.next(tenant, all.now(tenant), 1_000)), false);
});
