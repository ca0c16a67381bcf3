// Followers of all runs: each hears what changed once, and one who does not look costs a bounded set.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunId, TenantId } from "../value/id.ts";
import { RunFeed } from "./run-feed.ts";
import { Timers } from "./timers.ts";

const tenant = "ten_a" as TenantId;
const idOf = (n: number) => `run_${n}` as RunId;
const feed = () => new RunFeed(new Timers({ now: () => 0, wakeAt: () => () => {} }));

test("a follower who waits is woken, and hears each run once", async () => {
  const all = feed();
  const follower = all.follow(tenant);
  const other = all.follow("ten_b" as TenantId);
  const heard = follower.next(1_000);
  for (const n of [1, 1]) all.tell(tenant, idOf(n));
  assert.deepEqual(await heard, { runs: [idOf(1)], overflown: false });
  all.tell(tenant, idOf(2));
  assert.deepEqual((await follower.next(1_000)).runs, [idOf(2)]);
  const nothing = other.next(1_000);
  all.wakeAll();
  assert.deepEqual(await nothing, { runs: [], overflown: false });
});

test("one who does not look is told to look at everything again", async () => {
  const all = feed();
  const follower = all.follow(tenant);
  for (let n = 0; n < 5_000; n++) all.tell(tenant, idOf(n));
  assert.deepEqual(await follower.next(0), { runs: [], overflown: true });
  all.tell(tenant, idOf(7));
  assert.deepEqual(await follower.next(0), { runs: [idOf(7)], overflown: false });
  follower.close();
  all.tell(tenant, idOf(8));
});
