// The store's contract: what starts runs of a workflow by itself.

import type { DefinitionRow, Store, TriggerRow } from "../store.ts";
import { expectEqual, expectError } from "./expect.ts";
import { bytesOf, epoch, hashOf, tenantOf } from "./sample.ts";
import type { StoreCase } from "./store-case.ts";

const [tenant, other] = [tenantOf(1), tenantOf(2)];

export const triggerCases: readonly StoreCase[] = [
  { name: "triggers come with their definition, and come back as they are", run: putsTriggers },
  { name: "triggers of a higher version replace those before, all of them", run: replacesTriggers },
  { name: "triggers of a lower version are not taken", run: keepsHighest },
  { name: "a definition that is there already, or a conflict, leaves the triggers", run: leavesTriggers },
  { name: "triggers are listed page by page, each once", run: listsTriggers },
  { name: "event triggers are found by their topic", run: findsByTopic },
  { name: "cron triggers of all tenants are due at their time, earliest first", run: listsDue },
  { name: "a cron trigger is moved on once", run: movesOnce },
  { name: "a trigger that was replaced is not moved on", run: movesOnlyCurrent },
  { name: "a cron trigger that was due when it was replaced stays for that", run: leavesDue },
  { name: "a replaced trigger goes when it is moved past the moment of that", run: movesReplaced },
  { name: "triggers of several replaced versions stay beside each other", run: leavesSeveral },
];

function definition(workflow: number, version: number, changes: Partial<DefinitionRow> = {}): DefinitionRow {
  return {
    tenant,
    name: hashOf(workflow),
    version,
    content: hashOf(workflow * 50 + version),
    key: bytesOf(1, 60),
    live: null,
    sealed: bytesOf(2, 300),
    createdAt: epoch,
    names: [],
    ...changes,
  };
}

function cron(workflow: number, version: number, changes: Partial<TriggerRow> = {}): TriggerRow {
  return {
    tenant,
    workflow: hashOf(workflow),
    place: 0,
    version,
    sealed: bytesOf(workflow, 90),
    kind: "cron",
    topic: null,
    schedule: '{"cron":"0 9 * * *","tz":"Europe/Zürich"}',
    nextAt: epoch + 100,
    scheduledAt: epoch + 90,
    until: null,
    ...changes,
  };
}

function onEvent(workflow: number, version: number, changes: Partial<TriggerRow> = {}): TriggerRow {
  const none = { schedule: null, nextAt: null, scheduledAt: null };
  return cron(workflow, version, { kind: "event", topic: hashOf(70), ...none, ...changes });
}

async function all(store: Store, of = tenant, limit = 100): Promise<readonly TriggerRow[]> {
  const rows: TriggerRow[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store["listTriggers"]>> = await store.listTriggers(of, cursor, limit);
    expectEqual(page.rows.length <= limit, true, "a page");
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

async function putsTriggers(store: Store): Promise<void> {
  expectEqual(await store.listTriggers(tenant, null, 9), { rows: [], next: null }, "none");
  expectEqual([await store.nextTriggerAt(), await store.listDueTriggers(epoch, 9)], [null, []], "none due");
  const triggers = [cron(1, 1), onEvent(1, 1, { place: 1 }), cron(1, 1, { place: 2, nextAt: null })];
  expectEqual(await store.putDefinition(definition(1, 1), triggers), "created", "with triggers");
  expectEqual(await store.putDefinition(definition(2, 1)), "created", "without");
  expectEqual(await all(store), triggers, "triggers");
}

async function replacesTriggers(store: Store): Promise<void> {
  await store.putDefinition(definition(1, 1), [cron(1, 1), onEvent(1, 1, { place: 1 })]);
  await store.putDefinition(definition(2, 1), [cron(2, 1)]);
  const second = [onEvent(1, 2, { topic: hashOf(71) })];
  await store.putDefinition(definition(1, 2), second);
  expectEqual(await all(store), [...second, cron(2, 1)], "of the second version");
  expectEqual(await store.listEventTriggers(tenant, hashOf(70)), [], "the old topic");
  await store.putDefinition(definition(1, 5));
  expectEqual(await all(store), [cron(2, 1)], "of a version that has none");
  const sixth = [cron(1, 6, { place: 3 })];
  await store.putDefinition(definition(1, 6), sixth);
  expectEqual(await all(store), [...sixth, cron(2, 1)], "of the sixth version");
}

async function keepsHighest(store: Store): Promise<void> {
  const third = [cron(1, 3)];
  await store.putDefinition(definition(1, 3), third);
  expectEqual(await store.putDefinition(definition(1, 2), [onEvent(1, 2)]), "created", "a lower one");
  expectEqual(await store.putDefinition(definition(1, 1)), "created", "a lower one without triggers");
  expectEqual(await all(store), third, "triggers");
  await store.putDefinition(definition(2, 2));
  await store.putDefinition(definition(2, 1), [cron(2, 1)]);
  expectEqual(await all(store), third, "also when the highest has none");
}

async function leavesTriggers(store: Store): Promise<void> {
  const first = cron(1, 1);
  await store.putDefinition(definition(1, 1), [first]);
  await store.moveTrigger(first, epoch + 500, epoch + 490);
  const moved = { ...first, nextAt: epoch + 500, scheduledAt: epoch + 490 };
  expectEqual(await store.putDefinition(definition(1, 1), [first]), "same", "the same");
  expectEqual(await all(store), [moved], "is as it was moved");
  const changed = definition(1, 1, { content: hashOf(9) });
  expectEqual(await store.putDefinition(changed, [onEvent(1, 1)]), "conflict", "other content");
  expectEqual(await all(store), [moved], "then");
}

async function listsTriggers(store: Store): Promise<void> {
  const rows: TriggerRow[] = [];
  for (const workflow of [3, 300, 1, 2]) {
    const own = Array.from({ length: 12 }, (_, place) =>
      cron(workflow, 1, { place, nextAt: epoch + workflow }),
    );
    await store.putDefinition(definition(workflow, 1), own);
    rows.push(...own);
  }
  await store.putDefinition(definition(1, 1, { tenant: other }), [cron(1, 1, { tenant: other })]);
  const found = await all(store);
  const name = (row: TriggerRow) => `${row.nextAt} ${row.place}`;
  expectEqual(found.map(name).sort(), rows.map(name).sort(), "each once");
  for (const limit of [1, 2, 5, 11, 12, 47, 48]) {
    expectEqual(await all(store, tenant, limit), found, `pages of ${limit}`);
  }
  expectEqual(await all(store, other), [cron(1, 1, { tenant: other })], "of another tenant");
  expectEqual(await all(store, tenantOf(3)), [], "of a third");
  for (const cursor of ["", "x", "W10", "WzFd"]) {
    await expectError("invalid_cursor", cursor, () => store.listTriggers(tenant, cursor, 5));
  }
}

async function findsByTopic(store: Store): Promise<void> {
  const [one, two] = [onEvent(1, 1), onEvent(2, 1, { place: 4 })];
  await store.putDefinition(definition(1, 1), [one, onEvent(1, 1, { place: 1, topic: hashOf(71) })]);
  await store.putDefinition(definition(2, 1), [two, cron(2, 1, { place: 5 })]);
  await store.putDefinition(definition(1, 1, { tenant: other }), [onEvent(1, 1, { tenant: other })]);
  expectEqual(await store.listEventTriggers(tenant, hashOf(70)), [one, two], "of the topic");
  expectEqual((await store.listEventTriggers(other, hashOf(70))).length, 1, "of another tenant");
  expectEqual(await store.listEventTriggers(other, hashOf(71)), [], "of a topic of the first");
  expectEqual(await store.listEventTriggers(tenantOf(3), hashOf(70)), [], "of a third");
  expectEqual(await store.listEventTriggers(tenant, hashOf(72)), [], "of no such topic");
}

async function listsDue(store: Store): Promise<void> {
  const rows = [
    cron(1, 1, { nextAt: epoch + 30 }),
    cron(2, 1, { nextAt: epoch + 10, tenant: other }),
    cron(3, 1, { nextAt: epoch + 20 }),
    cron(4, 1, { nextAt: null, scheduledAt: null }),
    onEvent(5, 1),
    cron(6, 1, { nextAt: epoch + 31 }),
  ];
  for (const [index, row] of rows.entries()) {
    await store.putDefinition(definition(index + 1, 1, { tenant: row.tenant }), [row]);
  }
  expectEqual(await store.nextTriggerAt(), epoch + 10, "the earliest");
  expectEqual(await store.listDueTriggers(epoch + 9, 9), [], "before");
  expectEqual(await store.listDueTriggers(epoch + 30, 9), [rows[1], rows[2], rows[0]], "due");
  expectEqual(await store.listDueTriggers(epoch + 30, 2), [rows[1], rows[2]], "the first two");
}

async function movesOnce(store: Store): Promise<void> {
  const row = cron(1, 1);
  await store.putDefinition(definition(1, 1), [row, cron(1, 1, { place: 1, nextAt: epoch + 900 })]);
  const moves = await Promise.all([
    store.moveTrigger(row, epoch + 200, epoch + 190),
    store.moveTrigger(row, epoch + 300, epoch + 290),
  ]);
  expectEqual(moves.filter((moved) => moved).length, 1, "one of two nodes");
  const [nextAt, scheduledAt] = moves[0] ? [epoch + 200, epoch + 190] : [epoch + 300, epoch + 290];
  const moved = { ...row, nextAt, scheduledAt };
  expectEqual((await all(store))[0], moved, "as the one moved it");
  expectEqual(await store.nextTriggerAt(), nextAt, "the earliest");
  expectEqual(await store.moveTrigger(row, epoch + 1, epoch + 1), false, "from where it was");
  expectEqual(await store.moveTrigger({ ...moved, tenant: other }, 1, 1), false, "of another tenant");
  expectEqual(await store.moveTrigger({ ...moved, place: 7 }, 1, 1), false, "of another place");
  expectEqual(await store.moveTrigger(moved, null, null), true, "to its end");
  expectEqual(await store.nextTriggerAt(), epoch + 900, "the other one");
  expectEqual(await store.listDueTriggers(epoch + 899, 9), [], "not due any more");
}

async function movesOnlyCurrent(store: Store): Promise<void> {
  const [first, second] = [cron(1, 1), cron(1, 2)];
  await store.putDefinition(definition(1, 1), [first]);
  await store.putDefinition(definition(1, 2), [second]);
  expectEqual(await store.moveTrigger(first, epoch + 200, epoch + 190), false, "of the version before");
  expectEqual(await all(store), [second], "what stands");
  await store.putDefinition(definition(1, 3));
  expectEqual(await store.moveTrigger(second, epoch + 200, epoch + 190), false, "gone");
  expectEqual(await all(store), [], "nothing");
}

async function leavesDue(store: Store): Promise<void> {
  const jittered = cron(1, 1, { scheduledAt: epoch - 10, nextAt: epoch + 50 });
  const now = cron(1, 1, { place: 1, scheduledAt: epoch, nextAt: epoch });
  const later = cron(1, 1, { place: 2, scheduledAt: epoch + 1, nextAt: epoch + 1 });
  const ended = cron(1, 1, { place: 3, scheduledAt: null, nextAt: null });
  await store.putDefinition(definition(1, 1, { createdAt: epoch - 500 }), [jittered, now, later, ended]);
  await store.putDefinition(definition(2, 1, { createdAt: epoch - 500 }), [
    cron(2, 1, { nextAt: epoch - 9 }),
  ]);
  const second = [cron(1, 2), onEvent(1, 2, { place: 1 })];
  await store.putDefinition(definition(1, 2), second);
  expectEqual((await all(store)).slice(0, 2), second, "those that stand");
  expectEqual((await all(store)).length, 3, "and no others");
  const left = [now, jittered].map((row) => ({ ...row, until: epoch }));
  expectEqual((await store.listDueTriggers(epoch + 60, 9)).slice(1), left, "due with those that stand");
  expectEqual(await store.putDefinition(definition(1, 2), second), "same", "again");
  expectEqual((await store.listDueTriggers(epoch + 60, 9)).slice(1), left, "still there");
}

async function movesReplaced(store: Store): Promise<void> {
  const first = cron(1, 1, { scheduledAt: epoch - 10, nextAt: epoch - 10 });
  const last = cron(1, 1, { place: 1, scheduledAt: epoch - 5, nextAt: epoch - 5 });
  await store.putDefinition(definition(1, 1, { createdAt: epoch - 500 }), [first, last]);
  await store.putDefinition(definition(1, 2), [cron(1, 2)]);
  // Whoever moves it on may have read it before it was replaced.
  expectEqual(await store.moveTrigger(first, epoch + 7, epoch), true, "to the moment itself");
  expectEqual(await store.moveTrigger(first, epoch + 7, epoch), false, "from where it was");
  const moved = { ...first, nextAt: epoch + 7, scheduledAt: epoch, until: epoch };
  expectEqual(await store.listDueTriggers(epoch + 7, 9), [{ ...last, until: epoch }, moved], "both are left");
  expectEqual(await store.moveTrigger(moved, epoch + 9, epoch + 1), true, "past it");
  expectEqual(await store.moveTrigger(last, null, null), true, "to its end");
  expectEqual(await store.listDueTriggers(epoch + 99, 9), [], "both are gone");
  expectEqual(await store.moveTrigger({ ...moved, nextAt: epoch + 9 }, epoch + 20, epoch), false, "gone");
  expectEqual(await store.nextTriggerAt(), epoch + 100, "of the one that stands");
}

async function leavesSeveral(store: Store): Promise<void> {
  const first = cron(1, 1, { scheduledAt: epoch - 10, nextAt: epoch + 5 });
  const second = cron(1, 2, { scheduledAt: epoch + 8, nextAt: epoch + 9 });
  const third = [cron(1, 3, { scheduledAt: epoch + 20, nextAt: epoch + 20 })];
  await store.putDefinition(definition(1, 1, { createdAt: epoch - 500 }), [first]);
  await store.putDefinition(definition(1, 2), [second]);
  await store.putDefinition(definition(1, 3, { createdAt: epoch + 10 }), third);
  const left = [
    { ...first, until: epoch },
    { ...second, until: epoch + 10 },
  ];
  expectEqual(await store.listDueTriggers(epoch + 99, 9), [...left, ...third], "of three versions");
  expectEqual(await all(store), third, "that stand");
  await store.moveTrigger(left[0] as TriggerRow, epoch + 15, epoch + 10);
  expectEqual(await store.listDueTriggers(epoch + 99, 9), [left[1], ...third], "each goes by its own moment");
}
