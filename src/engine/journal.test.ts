// What the journal tells of a store that refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppendResult, AppendUnit } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import { DispatchedError } from "../value/problem.ts";
import { Journal } from "./journal.ts";
import type { EnginePorts } from "./ports.ts";

test("a store that refuses is told of once in a while, and every writer hears of it", async () => {
  const lines: unknown[] = [];
  let now = 1_000_000;
  const refused = new DispatchedError("store_rolled_back", "the store refused the write (SQLITE_FULL)", {
    retryable: true,
  });
  const journal = new Journal({
    store: { append: () => Promise.reject(refused) },
    clock: { now: () => now },
    log: {
      write: (_level: string, event: string, fields: { code: string }) => lines.push([event, fields.code]),
    },
  } as unknown as EnginePorts);
  const write = () => assert.rejects(journal.submit({} as AppendUnit), refused);
  await write();
  await write();
  assert.deepEqual(lines, [["store.write_failed", "store_rolled_back"]]);
  now += 60_000;
  await write();
  assert.equal(lines.length, 2);
});

test("a run that is born is wrapped anew after a rotation by its key, whether the one before still opens or not", async () => {
  const old = Uint8Array.of(1);
  const asked: unknown[] = [];
  const journal = new Journal({
    store: {
      append: (units: readonly AppendUnit[]) =>
        Promise.resolve(units.map(({ birth }) => ({ type: birth?.key[0] === 1 ? "stale_key" : "appended" }))),
      accounts: { readTenant: () => Promise.resolve(null) },
    },
    vault: {
      wrapForTenant: (_place: unknown, key: DataKey, before: Uint8Array) => {
        asked.push([key.id, before]);
        return Uint8Array.of(2);
      },
    },
  } as unknown as EnginePorts);
  const unit = { tenant: "ten_1", run: "run_1", birth: { key: old } } as unknown as AppendUnit;
  assert.deepEqual(await journal.submit(unit, { id: "k" } as DataKey), { type: "appended" });
  assert.deepEqual(asked, [["k", old]]);
});

test("a birth that cannot be wrapped for the tenant's new key is refused, and not told as a write that failed", async () => {
  const unit = { tenant: "ten_a", run: "run_a", birth: { key: Uint8Array.of(1) } } as unknown as AppendUnit;
  const refusing = (wrapForTenant: () => Uint8Array) =>
    new Journal({
      store: {
        append: async (units: readonly AppendUnit[]): Promise<readonly AppendResult[]> =>
          units.map(() => ({ type: "stale_key" })),
        accounts: { readTenant: async () => null },
      },
      vault: { wrapForTenant },
    } as unknown as EnginePorts);
  const isOld = refusing(() => Uint8Array.of(1));
  assert.deepEqual(await isOld.submit(unit, { id: "k" } as DataKey), { type: "stale_key" });
  const isLocked = refusing(() => {
    throw new DispatchedError("locked", "the key is not at hand", { retryable: true });
  });
  assert.deepEqual(await isLocked.submit(unit, { id: "k" } as DataKey), { type: "stale_key" });
});

test("an append is closed at 16 MiB of what is sealed, and a larger unit goes alone", async () => {
  const appends: number[][] = [];
  const journal = new Journal({
    store: {
      append: async (units: readonly AppendUnit[]): Promise<readonly AppendResult[]> => {
        appends.push(units.map(({ batch }) => (batch?.sealed.length ?? 0) / mib));
        return units.map(() => ({ type: "appended" }));
      },
    },
  } as unknown as EnginePorts);
  const mib = 1024 * 1024;
  const unitOf = (size: number) => ({ birth: null, batch: { sealed: new Uint8Array(size * mib) } });
  const sizes = [20, 5, 5, 5, 5, 1, 20, 1];
  await Promise.all(sizes.map((size) => journal.submit(unitOf(size) as unknown as AppendUnit)));
  assert.deepEqual(appends, [[20], [5, 5, 5], [5, 1], [20], [1]]);
  const bodies = { chunks: [{ sealed: new Uint8Array(10 * mib) }] };
  appends.length = 0;
  await Promise.all([1, 2].map(() => journal.submit({ ...unitOf(1), ...bodies } as unknown as AppendUnit)));
  assert.deepEqual(appends, [[1], [1]], "with bodies that stand apart");
});
