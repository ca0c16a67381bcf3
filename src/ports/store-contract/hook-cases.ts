// The store's contract: hooks, found by their tokens, counted and forgotten.

import type { Store } from "../store.ts";
import { expectEqual } from "./expect.ts";
import { hookId, hookSample } from "./hook-sample.ts";
import { bytesOf, epoch, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];

export const hookCases: readonly StoreCase[] = [
  { name: "a hook is found by its token until it is revoked", run: findsHooks },
  { name: "so many hooks are there as may; those that were revoked are forgotten", run: boundsHooks },
];

async function findsHooks(store: Store): Promise<void> {
  const [first, second] = [hookSample(1), hookSample(2, { tenant: other, verify: true, quota: 100_000 })];
  await store.hooks.put(first, 100);
  await store.hooks.put(second, 100);
  expectEqual(await store.hooks.byToken(first.token), first, "the first");
  expectEqual(await store.hooks.byToken(second.token), second, "the second, of another tenant");
  expectEqual(await store.hooks.byToken(bytesOf(3, 32)), null, "none");
  expectEqual(await store.hooks.revoke(other, first.id, epoch + 1), false, "another tenant cannot revoke it");
  expectEqual(await store.hooks.revoke(tenant, first.id, epoch + 1), true, "revoked");
  expectEqual(await store.hooks.revoke(tenant, first.id, epoch + 2), false, "revoked before");
  expectEqual(await store.hooks.byToken(first.token), null, "not found any more");
  const [row] = (await store.hooks.list(tenant, null, 9)).rows;
  expectEqual(row, { ...first, revokedAt: epoch + 1, waiting: 0 }, "still listed");
}

async function boundsHooks(store: Store): Promise<void> {
  const put = (number: number, max: number) => store.hooks.put(hookSample(number), max);
  expectEqual([await put(1, 2), await put(2, 2), await put(3, 2)], ["put", "put", "full"], "two may be");
  expectEqual(await store.hooks.read(tenant, hookId(3)), null, "the third is not there");
  expectEqual(
    await store.hooks.put(hookSample(4, { tenant: other }), 2),
    "put",
    "another tenant has its own",
  );
  await store.hooks.revoke(tenant, hookId(1), epoch + 5);
  expectEqual(await put(3, 2), "put", "what is revoked makes room");
  await store.hooks.revoke(tenant, hookId(2), epoch + 6);
  const { workflow } = hookSample(1);
  expectEqual(
    [await store.hooks.has(tenant, workflow), await store.hooks.has(tenant, bytesOf(99, 32))],
    [true, false],
    "of a workflow",
  );
  expectEqual(await store.hooks.drop(epoch + 5, 10), 0, "not before its time");
  expectEqual(
    [await store.hooks.drop(epoch + 7, 1), await store.hooks.drop(epoch + 7, 9)],
    [1, 1],
    "the revoked",
  );
  const { rows } = await store.hooks.list(tenant, null, 9);
  expectEqual(
    rows.map(({ id }) => id),
    [hookId(3)],
    "the others stay",
  );
  expectEqual((await store.hooks.read(other, hookId(4)))?.id, hookId(4), "also of others");
}
