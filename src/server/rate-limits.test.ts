// What a tenant may ask in a window, told and refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimited, RateLimits } from "./rate-limits.ts";

function refusal(take: () => unknown): RateLimited {
  try {
    take();
  } catch (error) {
    if (error instanceof RateLimited) return error;
    throw error;
  }
  return assert.fail("it was taken");
}

test("a quota may be used up at once, is told, and comes back evenly", () => {
  const limits = new RateLimits({ quota: 3, windowSeconds: 6 });
  const left = [0, 0, 0].map((now) => limits.take("a", now)["ratelimit"]);
  assert.deepEqual(left, ['"tenant";r=2;t=2', '"tenant";r=1;t=4', '"tenant";r=0;t=6']);
  const { code, extra, headers } = refusal(() => limits.take("a", 0));
  assert.deepEqual([code, extra["retry_after"]], ["rate_limited", 2]);
  assert.deepEqual(headers, { "ratelimit-policy": '"tenant";q=3;w=6', ratelimit: '"tenant";r=0;t=6' });
  refusal(() => limits.take("a", 1_999));
  assert.equal(limits.take("a", 2_000)["ratelimit"], '"tenant";r=0;t=6');
  assert.equal(limits.take("a", 60_000)["ratelimit"], '"tenant";r=2;t=2');
});

test("tenants do not share a quota, and a refused request uses none up", () => {
  const limits = new RateLimits({ quota: 1, windowSeconds: 1 });
  limits.take("a", 0);
  for (let tries = 0; tries < 5; tries++) refusal(() => limits.take("a", 10));
  limits.take("b", 10);
  limits.take("a", 1_000);
});

test("many names are forgotten before memory grows: those whose quota is whole first", () => {
  const limits = new RateLimits({ quota: 1, windowSeconds: 100 });
  limits.take("first", 0);
  for (let n = 0; n < 9_999; n++) limits.take(`n${n}`, 1);
  limits.take("last", 2);
  limits.take("first", 3);
  refusal(() => limits.take("last", 4));
});
