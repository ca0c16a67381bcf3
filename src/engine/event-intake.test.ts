// An event whose run the store refuses for now waits with the later ones of its tenant, and holds up no other tenant's.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { IncomingRow } from "../ports/store.ts";
import type { TenantId } from "../value/id.ts";
import { DispatchedError, type ErrorCode } from "../value/problem.ts";
import { EventIntake } from "./event-intake.ts";
import type { Grants } from "./grants.ts";
import type { Inbox } from "./inbox.ts";
import type { ItemHost } from "./judge-item.ts";

const [a, b] = ["ten_a", "ten_b"] as unknown as readonly [TenantId, TenantId];

/** Looks once at these, of which the first of tenant a is refused with `code`: what was asked for, and what was settled. */
async function settle(code: ErrorCode) {
  const asked: string[] = [];
  const settled: string[] = [];
  const place = (tenant: TenantId, id: Uint8Array) => `${tenant}/${id[0]}`;
  const row = (tenant: TenantId, id: number) =>
    ({ tenant, id: Uint8Array.of(id), topics: [Uint8Array.of(id)] }) as unknown as IncomingRow;
  const store = {
    listUnsettled: async () => [row(a, 1), row(b, 2), row(a, 3), row(b, 4)],
    listEventTriggers: async (tenant: TenantId, topic: Uint8Array) => {
      asked.push(place(tenant, topic));
      if (topic[0] === 1) throw new DispatchedError(code, "for now", { retryable: true });
      return [];
    },
    settleIncoming: async (tenant: TenantId, id: Uint8Array) => void settled.push(place(tenant, id)),
  };
  const rested = Promise.withResolvers<void>();
  const timers = { set: () => rested.resolve() };
  const ports = { store, clock: { now: () => 0 }, log: { write: () => {} } };
  const host = { ports, runs: { timers } } as unknown as ItemHost;
  const intake = new EventIntake(host, {} as Grants, {} as Inbox);
  intake.start();
  // One timer is for what is cleaned up, the other for the next look.
  await rested.promise;
  await new Promise((resolve) => setImmediate(resolve));
  intake.stop();
  return { asked, settled };
}

test("the store refuses one run: the later events of its tenant wait, those of others are settled", async () => {
  const { asked, settled } = await settle("store_rolled_back");
  assert.deepEqual(asked, ["ten_a/1", "ten_b/2", "ten_b/4"]);
  assert.deepEqual(settled, ["ten_b/2", "ten_b/4"]);
});

test("a tenant that is locked holds up nobody else either", async () => {
  const { settled } = await settle("locked");
  assert.deepEqual(settled, ["ten_b/2", "ten_b/4"]);
});

test("a store that is away is asked no more", async () => {
  const { asked, settled } = await settle("store_unavailable");
  assert.deepEqual(asked, ["ten_a/1"]);
  assert.deepEqual(settled, []);
});
