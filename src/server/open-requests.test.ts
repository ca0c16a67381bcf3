// Requests that are open: so many of a tenant, so many of all, and room again when they are over.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TenantId } from "../value/id.ts";
import { limits } from "../value/limits.ts";
import { OpenRequests } from "./open-requests.ts";

const [one, two] = ["ten_a" as TenantId, "ten_b" as TenantId];
const full = { code: "too_many_open_requests", retryable: true };

test("a tenant has so many open as it may, and room again when one is over", () => {
  const told: unknown[] = [];
  const open = new OpenRequests(1_000_000, (...given) => told.push(given));
  const leaves = Array.from({ length: limits.open_requests }, () => open.enter(one, 0));
  assert.throws(() => open.enter(one, 1), full);
  assert.throws(() => open.enter(one, 59_999), full);
  assert.deepEqual(told, [[one, limits.open_requests]], "told once a minute");
  assert.throws(() => open.enter(one, 60_001), full);
  assert.equal(told.length, 2);
  open.enter(two, 2)();
  leaves[0]?.();
  open.enter(one, 3);
  assert.throws(() => open.enter(one, 4), full);
});

test("all tenants together have so many open as may be", () => {
  const open = new OpenRequests(2, () => {});
  const leave = open.enter(one, 0);
  open.enter(two, 0);
  assert.throws(() => open.enter(one, 1), { ...full, message: /of all tenants/ });
  leave();
  open.enter(two, 2);
});
