// The store's contract: events that came in, and the runs that wait for them.

import type { AppendUnit, IncomingRow, Store } from "../store.ts";
import { expectEqual, expectResults } from "./expect.ts";
import {
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  headUnit,
  leaseAt,
  nextUnit,
  parked,
  runOf,
  tenantOf,
} from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];
const [paid, paidOf7, sent] = [hashOf(70), hashOf(71), hashOf(72)];

export const incomingCases: readonly StoreCase[] = [
  { name: "an event comes once, and is found by each of its topics", run: comesOnce },
  { name: "the same event under two tenants is two", run: separatesTenants },
  { name: "events of a topic are listed since a time, oldest first, up to a limit", run: listsSince },
  { name: "an event pokes every run that waits for one of its topics", run: pokesWaiting },
  { name: "an event that is there already, or of another tenant, pokes nobody", run: pokesOnlyOnce },
  { name: "topics replace those before, none ends the wait, null leaves it", run: replacesTopics },
  { name: "a stale unit changes no topics", run: staleKeepsTopics },
  { name: "a run that ended forgets its topics", run: endedForgets },
  { name: "a run waits while it is held, and is poked when it is let go", run: waitsWhileHeld },
  { name: "events are unsettled until they are settled, oldest first", run: settles },
  { name: "a list of unsettled events goes past those of some tenants", run: goesPast },
  { name: "nor are many events of one on the way to those of others", run: goesPastMany },
  { name: "no more unsettled events are listed at once than fit into memory", run: listsWithinBytes },
  { name: "settled events that are old are forgotten, and may come again", run: drops },
  { name: "bytes of every size come back with an event", run: keepsBytes },
  { name: "of puts of one event made at once one stands", run: putsConcurrently },
  { name: "events put together stand each by itself, in their order", run: putsTogether },
  { name: "events put together poke whoever waits for one of the new", run: pokesTogether },
];

function incoming(
  number: number,
  topics: readonly Uint8Array[],
  changes: Partial<IncomingRow> = {},
): IncomingRow {
  return {
    tenant,
    id: hashOf(number),
    topics,
    receivedAt: epoch + number,
    key: bytesOf(number, 60),
    live: null,
    sealed: bytesOf(number, 300),
    ...changes,
  };
}

async function put(store: Store, row: IncomingRow): Promise<boolean | undefined> {
  return (await store.putIncoming([row]))?.[0];
}

async function waiting(
  store: Store,
  topics: readonly (readonly Uint8Array[])[],
): Promise<readonly AppendUnit[]> {
  const fence = await store.openLease(leaseAt(epoch));
  const units = topics.map((own, index) => firstUnit(fence, index, { head: parked, extra: { topics: own } }));
  await store.append(units);
  return units;
}

/** Runs that are poked; each is let go again. */
async function poked(store: Store, units: readonly AppendUnit[]): Promise<readonly string[]> {
  const rows = await store.claim(units[0]?.fence ?? 0, epoch, 100);
  const runs = rows.map((row) => row.run);
  await store.append(units.filter((unit) => runs.includes(unit.run)).map((unit) => headUnit(unit)));
  return runs;
}

async function comesOnce(store: Store): Promise<void> {
  const row = incoming(1, [paid, paidOf7]);
  expectEqual(await store.listIncoming(tenant, paid, 0, 9), [], "none");
  expectEqual(await put(store, row), true, "first");
  const again = { ...row, topics: [sent], receivedAt: epoch + 9, sealed: bytesOf(9, 9) };
  expectEqual(await put(store, again), false, "again");
  expectEqual(await store.listIncoming(tenant, paid, 0, 9), [row], "by its type");
  expectEqual(await store.listIncoming(tenant, paidOf7, 0, 9), [row], "by its type and subject");
  expectEqual(await store.listIncoming(tenant, sent, 0, 9), [], "by a topic that came second");
  expectEqual(await put(store, incoming(2, [])), true, "of no topic");
  expectEqual(await put(store, incoming(3, [sent, sent])), true, "of one topic twice");
  expectEqual((await store.listIncoming(tenant, sent, 0, 9)).length, 1, "listed once");
}

async function separatesTenants(store: Store): Promise<void> {
  const row = incoming(1, [paid]);
  const foreign = { ...row, tenant: other, sealed: bytesOf(5, 50) };
  expectEqual([await put(store, row), await put(store, foreign)], [true, true], "both");
  expectEqual(await store.listIncoming(tenant, paid, 0, 9), [row], "of one");
  expectEqual(await store.listIncoming(other, paid, 0, 9), [foreign], "of the other");
  expectEqual(await store.listIncoming(tenantOf(3), paid, 0, 9), [], "of a third");
  await store.settleIncoming(other, row.id);
  await store.settleIncoming(tenantOf(3), row.id);
  expectEqual(await store.listUnsettled(9, []), [row], "settled by the other");
}

async function listsSince(store: Store): Promise<void> {
  const rows = [5, 1, 3, 4, 2].map((number) => incoming(number, [paid]));
  const twin = incoming(6, [paid], { receivedAt: epoch + 3 });
  for (const row of [...rows, twin, incoming(9, [sent])]) await put(store, row);
  const sorted = [1, 2, 3].map((number) => incoming(number, [paid]));
  const all = [...sorted, twin, incoming(4, [paid]), incoming(5, [paid])];
  expectEqual(await store.listIncoming(tenant, paid, 0, 99), all, "all");
  expectEqual(await store.listIncoming(tenant, paid, epoch + 3, 99), all.slice(2), "since the third");
  expectEqual(await store.listIncoming(tenant, paid, epoch + 3, 2), all.slice(2, 4), "two of them");
  expectEqual(await store.listIncoming(tenant, paid, epoch + 6, 9), [], "since later");
}

async function pokesWaiting(store: Store): Promise<void> {
  const units = await waiting(store, [[paid], [sent], [paidOf7, sent], [], [hashOf(73), paid]]);
  expectEqual(await store.nextDueAt(), null, "before");
  await put(store, incoming(1, [paid, paidOf7]));
  expectEqual(await store.nextDueAt(), 0, "after");
  expectEqual(await poked(store, units), [runOf(0), runOf(2), runOf(4)], "poked");
  await put(store, incoming(2, [hashOf(99)]));
  expectEqual(await poked(store, units), [], "a topic for which nobody waits");
  await put(store, incoming(3, [sent]));
  expectEqual(await poked(store, units), [runOf(1), runOf(2)], "still waiting");
}

async function pokesOnlyOnce(store: Store): Promise<void> {
  const units = await waiting(store, [[paid]]);
  const row = incoming(1, [paid]);
  await put(store, { ...row, tenant: other });
  expectEqual(await poked(store, units), [], "of another tenant");
  await put(store, row);
  expectEqual(await poked(store, units), [runOf(0)], "poked");
  await put(store, row);
  expectEqual(await poked(store, units), [], "there already");
}

async function replacesTopics(store: Store): Promise<void> {
  const units = await waiting(store, [[paid], [paid], [paid], [paid]]);
  const [one, two, three, four] = units as [AppendUnit, AppendUnit, AppendUnit, AppendUnit];
  await store.append([
    headUnit(one, { extra: { topics: [sent, paidOf7] } }),
    headUnit(two, { extra: { topics: [] } }),
    headUnit(three, { extra: { topics: null } }),
    headUnit(four),
  ]);
  await put(store, incoming(1, [paid]));
  expectEqual(await poked(store, units), [three.run, four.run], "who still waits");
  await put(store, incoming(2, [paidOf7]));
  expectEqual(await poked(store, units), [one.run], "who waits for another");
}

async function staleKeepsTopics(store: Store): Promise<void> {
  const units = await waiting(store, [[paid]]);
  const unit = units[0] as AppendUnit;
  const extra = { topics: [sent] };
  const stale = [
    { ...headUnit(unit, { extra }), expectedSeq: 5 },
    headUnit(unit, { extra, fence: unit.fence + 1 }),
  ];
  expectResults(await store.append(stale), ["stale_seq", "stale_fence"], "results");
  await put(store, incoming(1, [sent]));
  expectEqual(await poked(store, units), [], "a topic that was refused");
  await put(store, incoming(2, [paid]));
  expectEqual(await poked(store, units), [unit.run], "the topic before");
}

async function endedForgets(store: Store): Promise<void> {
  const units = await waiting(store, [[paid]]);
  const ended = nextUnit(units[0] as AppendUnit, { head: endedAs("failed") });
  const silent = headUnit(ended, { extra: { topics: [sent] } });
  await store.append([ended, silent]);
  await put(store, incoming(1, [paid, sent]));
  expectEqual(await store.nextDueAt(), null, "not poked");
  const begun = nextUnit(silent, { head: { ...parked, endedAt: null } });
  await store.append([begun]);
  await put(store, incoming(2, [paid, sent]));
  expectEqual(await store.nextDueAt(), null, "the topics are forgotten");
}

async function waitsWhileHeld(store: Store): Promise<void> {
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1, { head: { dueAt: null }, extra: { topics: [paid] } });
  await store.append([unit]);
  await put(store, incoming(1, [paid]));
  expectEqual([await store.nextDueAt(), await store.claim(fence, epoch, 9)], [null, []], "held");
  const freed = headUnit(unit, { head: parked });
  await store.append([freed]);
  expectEqual(await poked(store, [freed]), [unit.run], "let go");
}

async function settles(store: Store): Promise<void> {
  expectEqual(await store.listUnsettled(9, []), [], "none");
  const rows = [3, 1, 2].map((number) => incoming(number, number === 2 ? [] : [paid]));
  for (const row of rows) await put(store, row);
  const [third, first, second] = rows as [IncomingRow, IncomingRow, IncomingRow];
  expectEqual(await store.listUnsettled(9, []), [first, second, third], "all");
  expectEqual(await store.listUnsettled(2, []), [first, second], "two");
  await store.settleIncoming(tenant, first.id);
  await store.settleIncoming(tenant, first.id);
  await store.settleIncoming(tenant, hashOf(99));
  expectEqual(await store.listUnsettled(9, []), [second, third], "one is settled");
  expectEqual(await store.listIncoming(tenant, paid, 0, 9), [first, third], "it is still listed");
  expectEqual(await put(store, first), false, "and still known");
}

async function goesPast(store: Store): Promise<void> {
  const third = tenantOf(3);
  const rows = [tenant, other, tenant, third, other].map((owner, number) =>
    incoming(number, [paid], { tenant: owner }),
  );
  for (const row of rows) await put(store, row);
  expectEqual(await store.listUnsettled(9, [tenant]), [rows[1], rows[3], rows[4]], "past one");
  expectEqual(await store.listUnsettled(2, [tenant]), [rows[1], rows[3]], "as many as wanted");
  expectEqual(await store.listUnsettled(9, [tenant, other]), [rows[3]], "past two");
  expectEqual(await store.listUnsettled(9, [tenant, other, third, tenantOf(4)]), [], "past all");
}

async function goesPastMany(store: Store): Promise<void> {
  const third = tenantOf(3);
  const many = Array.from({ length: 600 }, (_, number) => incoming(number, [paid]));
  await store.putIncoming(many);
  const rows = [other, third, other, third].map((owner, number) =>
    incoming(number, [paid], { tenant: owner, receivedAt: epoch + 1_000 - (number % 3) }),
  );
  await store.putIncoming(rows);
  const [first, second, later, last] = rows as [IncomingRow, IncomingRow, IncomingRow, IncomingRow];
  expectEqual(await store.listUnsettled(9, [tenant]), [later, second, first, last], "past many");
  expectEqual(await store.listUnsettled(1, [tenant]), [later], "the oldest of all");
  expectEqual(await store.listUnsettled(3, [tenant, other]), [second, last], "of one");
  expectEqual(await store.listUnsettled(2, [other]), many.slice(0, 2), "the many");
  expectEqual(await store.listUnsettled(9, [tenant, other, third]), [], "past all");
}

async function listsWithinBytes(store: Store): Promise<void> {
  const rows = [5, 1, 2, 2, 1].map((mebibytes, number) =>
    incoming(number, [paid], { sealed: new Uint8Array(mebibytes << 20) }),
  );
  for (const row of rows) await put(store, row);
  const listed: number[] = [];
  for (let left = rows; left.length > 0; ) {
    const now = await store.listUnsettled(9, []);
    expectEqual(
      now.map(({ id }) => id),
      left.slice(0, now.length).map(({ id }) => id),
      "oldest first",
    );
    for (const { id } of now) await store.settleIncoming(tenant, id);
    listed.push(now.length);
    left = left.slice(now.length);
  }
  expectEqual(listed, [1, 2, 2], "in three goes");
}

async function drops(store: Store): Promise<void> {
  const rows = [1, 2, 3, 4].map((number) => incoming(number, [paid, sent]));
  for (const row of rows) await put(store, row);
  const [first, second, third, fourth] = rows as [IncomingRow, IncomingRow, IncomingRow, IncomingRow];
  for (const row of [first, third, fourth]) await store.settleIncoming(tenant, row.id);
  expectEqual(await store.dropIncoming(epoch + 3, 9), 1, "one");
  for (const topic of [paid, sent]) {
    expectEqual(await store.listIncoming(tenant, topic, 0, 9), [second, third, fourth], "left");
  }
  expectEqual(await store.listUnsettled(9, []), [second], "one that is not settled stays");
  expectEqual(await put(store, third), false, "one that is not old is known");
  expectEqual(await put(store, first), true, "one that was forgotten comes again");
  expectEqual(await store.listUnsettled(9, []), [first, second], "unsettled");
  await store.settleIncoming(tenant, second.id);
  expectEqual(await store.dropIncoming(epoch + 100, 2), 2, "no more than asked");
  expectEqual(await store.dropIncoming(epoch + 100, 2), 1, "the rest");
  expectEqual(await store.listIncoming(tenant, paid, 0, 9), [first], "all that are settled go");
}

async function keepsBytes(store: Store): Promise<void> {
  for (const [number, size] of [0, 1, 255, 70_000, 1_000_000].entries()) {
    const topics = [bytesOf(number, 32), bytesOf(number + 1, 16)];
    const row = incoming(number, topics, { key: bytesOf(number, size), sealed: bytesOf(number + 2, size) });
    await put(store, row);
    expectEqual(await store.listIncoming(tenant, bytesOf(number, 32), 0, 9), [row], `${size} bytes`);
  }
}

async function putsConcurrently(store: Store): Promise<void> {
  const rows = [1, 2, 3].map((number) => incoming(1, [paid], { sealed: bytesOf(number, 50) }));
  const stood = await Promise.all(rows.map((row) => put(store, row)));
  expectEqual(stood.filter((stands) => stands).length, 1, "one stands");
  expectEqual(await store.listIncoming(tenant, paid, 0, 9), [rows[stood.indexOf(true)]], "the one that does");
}

async function putsTogether(store: Store): Promise<void> {
  expectEqual(await store.putIncoming([]), [], "none");
  await put(store, incoming(1, [paid]));
  const at = { receivedAt: epoch };
  const [third, second] = [incoming(3, [paid], at), incoming(2, [paid, sent], at)];
  const twin = { ...third, topics: [sent], sealed: bytesOf(9, 9) };
  const foreign = incoming(3, [paid], { ...at, tenant: other });
  const rows = [third, incoming(1, [sent]), second, twin, foreign];
  expectEqual(await store.putIncoming(rows), [true, false, true, false, true], "of these");
  expectEqual(await store.listIncoming(tenant, paid, 0, 9), [third, second, incoming(1, [paid])], "in order");
  expectEqual(await store.listIncoming(tenant, sent, 0, 9), [second], "what came second left no topic");
  expectEqual(await store.putIncoming(rows), [false, false, false, false, false], "again");
  const many = Array.from({ length: 500 }, (_, index) => incoming(1_000 + index, [hashOf(80)]));
  expectEqual((await store.putIncoming(many))?.every(Boolean), true, "many");
  expectEqual(await store.listIncoming(tenant, hashOf(80), 0, 999), many, "all of many");
}

async function pokesTogether(store: Store): Promise<void> {
  const units = await waiting(store, [[paid], [sent], [paidOf7], [hashOf(73)]]);
  await put(store, incoming(1, [sent]));
  expectEqual(await poked(store, units), [runOf(1)], "by the one before");
  await store.putIncoming([
    incoming(1, [sent]),
    incoming(2, [paid]),
    incoming(2, [hashOf(73)]),
    incoming(3, [paidOf7]),
  ]);
  expectEqual(await poked(store, units), [runOf(0), runOf(2)], "by those that are new");
}
