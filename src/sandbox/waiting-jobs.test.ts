// Batches: of one tenant, small enough to be received, the tenants in turn, and those who were late one by one.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { type PendingJob, WaitingJobs } from "./waiting-jobs.ts";

const [anna, bert, carl] = ["ten_a", "ten_b", "ten_c"] as unknown as [TenantId, TenantId, TenantId];
const caller = { answer: () => {}, fail: () => {}, giveUp: () => {} };

function job(tenant: TenantId, source: string, context: JsonObject = {}): PendingJob {
  return {
    tenant,
    job: { type: "evaluate", task: { lang: "lua", source, context, now: 0 } },
    after: "nothing",
    caller,
  };
}

function many(count: number, tenant: TenantId, context: JsonObject = {}): readonly PendingJob[] {
  return Array.from({ length: count }, (_, n) => job(tenant, `return ${n}`, context));
}

function told(batch: readonly PendingJob[] | null): string {
  if (batch === null) return "nothing";
  const sources = batch.map(({ job: one }) => (one.type === "check" ? one.source : one.task.source));
  return `${batch[0]?.tenant} ${sources.length === 1 ? sources[0] : sources.length}`;
}

function takeAll(waiting: WaitingJobs, now = 0, slowToo = true): readonly string[] {
  const batches: string[] = [];
  for (;;) {
    const batch = waiting.take(now, 1, slowToo);
    if (batch === null) return batches;
    batches.push(told(batch));
  }
}

test("each tenant has a batch in turn, however much another has", () => {
  const waiting = new WaitingJobs();
  waiting.add(...many(100, anna));
  waiting.add(...many(2, bert));
  waiting.add(...many(40, carl));
  assert.deepEqual(takeAll(waiting), [
    "ten_a 32",
    "ten_b 2",
    "ten_c 32",
    "ten_a 32",
    "ten_c 8",
    "ten_a 32",
    "ten_a 4",
  ]);
  assert.equal(waiting.count, 0);
});

test("two processes share what waits", () => {
  const waiting = new WaitingJobs();
  waiting.add(...many(10, anna));
  assert.equal(told(waiting.take(0, 2, true)), "ten_a 5");
});

test("a batch is small enough for its receiver; what its contexts share counts once", () => {
  const waiting = new WaitingJobs();
  const large = () => ({ body: "x".repeat(3 << 20) });
  for (let n = 0; n < 4; n++) waiting.add(job(anna, `${n}`, large()));
  assert.deepEqual(takeAll(waiting), ["ten_a 2", "ten_a 2"]);
  const body = { text: "x".repeat(3 << 20) };
  for (const one of many(8, anna)) waiting.add({ ...one, job: job(anna, "a", { body }).job });
  assert.deepEqual(takeAll(waiting), ["ten_a 8"]);
  waiting.add(job(anna, "one", { body: "x".repeat(20 << 20) }), ...many(3, anna));
  assert.deepEqual(takeAll(waiting), ["ten_a one", "ten_a 3"]);
});

test("what ended a process, or was with it, goes alone and first", () => {
  const waiting = new WaitingJobs();
  waiting.add(...many(2, anna));
  waiting.putBack([
    { ...job(anna, "x"), after: "end" },
    { ...job(anna, "y"), after: "end_alone" },
  ]);
  assert.deepEqual(takeAll(waiting), ["ten_a x", "ten_a y", "ten_a 2"]);
});

test("a tenant whose text did not end is slow for a minute: one job at a time, that text last, and none where slow ones may not", () => {
  const waiting = new WaitingJobs();
  const late = job(anna, "loop");
  waiting.slow(late, 0);
  waiting.add(late, ...many(2, anna), ...many(3, bert));
  assert.ok(waiting.isSlow(anna, 59_999) && !waiting.isSlow(bert, 0));
  assert.deepEqual(takeAll(waiting, 1, false), ["ten_b 3"]);
  assert.deepEqual(takeAll(waiting, 1), ["ten_a return 0", "ten_a return 1", "ten_a loop"]);
  waiting.add(late, ...many(2, anna));
  assert.deepEqual(takeAll(waiting, 60_000, false), ["ten_a 3"]);
});
