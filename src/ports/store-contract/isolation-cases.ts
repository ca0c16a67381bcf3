// The store's contract: tenants with the same ids and hashes do not meet.

import type { AppendUnit, Store } from "../store.ts";
import { expectEqual, expectResults, expectRow } from "./expect.ts";
import {
  batchOf,
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  leaseAt,
  nextUnit,
  parked,
  tenantOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [one, two, none] = [tenantOf(1), tenantOf(2), tenantOf(3)];

export const isolationCases: readonly StoreCase[] = [
  { name: "runs with the same id under two tenants are two runs", run: separatesRuns },
  { name: "the same start key under two tenants starts two runs", run: separatesStartKeys },
  { name: "lists show the tenant's own", run: separatesLists },
  { name: "claims tell tenants apart", run: separatesClaims },
  { name: "definitions are the tenant's own", run: separatesDefinitions },
  { name: "secrets are the tenant's own", run: separatesSecrets },
];

async function both(store: Store): Promise<readonly [AppendUnit, AppendUnit]> {
  const fence = await store.openLease(leaseAt(epoch));
  const birth = { startKey: hashOf(1), labels: [hashOf(2)] };
  const first = firstUnit(fence, 1, { tenant: one, birth });
  const second = firstUnit(fence, 1, {
    tenant: two,
    birth: { ...birth, card: bytesOf(9, 9) },
    batch: batchOf(0, 2, bytesOf(9, 99)),
    head: { ...parked, dueAt: epoch },
  });
  expectResults(await store.append([first, second]), ["appended", "appended"], "both starts");
  return [first, second];
}

async function separatesRuns(store: Store): Promise<void> {
  const [first, second] = await both(store);
  expectEqual((await expectRow(store, first, "one")).card, first.birth?.card, "card of one");
  expectEqual((await expectRow(store, second, "two")).card, bytesOf(9, 9), "card of two");
  expectEqual(await store.readRun(none, first.run), null, "a third");
  expectResults(
    await store.append([{ ...nextUnit(first), tenant: none }]),
    ["stale_seq"],
    "append to a third",
  );
  expectResults(
    await store.append([nextUnit(first, { head: endedAs("failed") })]),
    ["appended"],
    "append to one",
  );
  await expectRow(store, second, "two is as it was");
  expectEqual(await store.readEvents(two, second.run, 0, 10), [second.batch], "events of two");
  expectEqual((await store.readEvents(one, first.run, 0, 10)).length, 2, "events of one");
  expectEqual(await store.readEvents(none, first.run, 0, 10), [], "events of a third");
}

async function separatesStartKeys(store: Store): Promise<void> {
  await both(store);
  expectEqual((await store.readRunByStartKey(one, hashOf(1)))?.tenant, one, "of one");
  expectEqual((await store.readRunByStartKey(two, hashOf(1)))?.tenant, two, "of two");
  expectEqual(await store.readRunByStartKey(none, hashOf(1)), null, "of a third");
}

async function separatesLists(store: Store): Promise<void> {
  const [first, second] = await both(store);
  const more = firstUnit(first.fence, 2, { tenant: one });
  await store.append([more]);
  for (const filter of [{ label: hashOf(2) }, { workflow: hashOf(0), label: hashOf(2) }]) {
    const tenants = [one, two, none].map((tenant) => store.listRuns(tenant, filter, null, 10));
    const found = (await Promise.all(tenants)).map(({ rows }) => rows.map((row) => row.tenant));
    expectEqual(found, [[one], [two], []], "by label");
  }
  for (const filter of [{}, { workflow: hashOf(0) }, { statuses: ["running", "waiting"] as const }]) {
    expectEqual((await store.listRuns(one, filter, null, 10)).rows.length, 2, "of one");
    expectEqual((await store.listRuns(two, filter, null, 10)).rows[0]?.card, second.birth?.card, "of two");
    expectEqual((await store.listRuns(none, filter, null, 10)).rows, [], "of a third");
  }
  const page = await store.listRuns(one, {}, null, 1);
  for (const { tenant } of (await store.listRuns(two, {}, page.next, 10)).rows) {
    expectEqual(tenant, two, "with the cursor of another tenant");
  }
}

async function separatesClaims(store: Store): Promise<void> {
  const [first, second] = await both(store);
  expectEqual(await store.claimRun(first.fence, epoch, none, first.run), null, "claimRun for a third");
  const claimed = await store.claim(first.fence, epoch, 10);
  expectEqual(
    claimed.map((row) => row.tenant),
    [two],
    "the one that is due",
  );
  expectEqual((await store.readRun(two, second.run))?.held, true, "two is held");
  await store.append([nextUnit(second, { head: parked }), nextUnit(first, { head: parked })]);
  await store.claimRun(first.fence, epoch, one, first.run);
  expectEqual((await store.readRun(two, second.run))?.held, false, "two is free when one is taken");
  await store.closeLease(first.fence, [second]);
  expectEqual((await store.readRun(one, first.run))?.held, true, "one is not released with two");
}

async function separatesDefinitions(store: Store): Promise<void> {
  const row = {
    tenant: one,
    name: hashOf(1),
    version: 1,
    content: hashOf(2),
    key: bytesOf(1, 60),
    live: null,
    sealed: bytesOf(2, 600),
    createdAt: epoch,
    names: [],
  };
  const other = { ...row, tenant: two, content: hashOf(3) };
  expectEqual(
    [await store.putDefinition(row), await store.putDefinition(other)],
    ["created", "created"],
    "both",
  );
  await store.putDefinition({ ...other, version: 2 });
  expectEqual(await store.readDefinition(one, row.name, null), row, "the highest of one");
  expectEqual(await store.readDefinition(one, row.name, 2), null, "a version of two");
  expectEqual((await store.listDefinitions(one, null, 10)).rows, [row], "the list of one");
  expectEqual((await store.listVersions(two, row.name, null, 10)).rows.length, 2, "the versions of two");
  expectEqual((await store.listDefinitions(none, null, 10)).rows, [], "the list of a third");
  expectEqual((await store.listVersions(none, row.name, null, 10)).rows, [], "the versions of a third");
}

async function separatesSecrets(store: Store): Promise<void> {
  const row = {
    tenant: one,
    name: hashOf(1),
    version: 1,
    key: bytesOf(1, 60),
    live: null,
    sealed: bytesOf(2, 60),
    updatedAt: epoch,
  };
  const other = { ...row, tenant: two, sealed: bytesOf(3, 60) };
  expectEqual([await store.putSecret(row), await store.putSecret(other)], [true, true], "both");
  expectEqual(await store.readSecret(none, row.name), null, "read by a third");
  const next = { ...other, version: 2 };
  expectEqual(await store.putSecret(next), true, "replaced by two");
  expectEqual(await store.readSecret(one, row.name), row, "of one");
  expectEqual(await store.listSecrets(one), [row], "the list of one");
  expectEqual(await store.listSecrets(two), [next], "the list of two");
}
