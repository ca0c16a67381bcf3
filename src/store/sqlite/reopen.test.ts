// The SQLite store opened again: what was written is there, also when an older version wrote it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { DefinitionRow, IncomingRow, TriggerRow } from "../../ports/store.ts";
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
  takeEnded,
  tenantOf,
} from "../../ports/store-contract/sample.ts";
import { runStatuses } from "../../run/status.ts";
import { migrate } from "./migrate.ts";
import { openWriter } from "./open-database.ts";
import { runIdBytes } from "./run-id-bytes.ts";
import { schema } from "./schema.ts";
import { SqliteStore } from "./sqlite-store.ts";

const tenant = tenantOf(1);
const [key, topic] = [hashOf(1), hashOf(2)];
let folder = "";
let opened: SqliteStore | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dispatched-reopen-"));
});

afterEach(async () => {
  await opened?.close();
  opened = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Closes the store that is open, and opens the folder again. */
async function reopen(): Promise<SqliteStore> {
  await opened?.close();
  opened = await SqliteStore.open(folder);
  return opened;
}

const incoming = (number: number): IncomingRow => ({
  tenant,
  id: hashOf(number),
  topics: [topic],
  receivedAt: epoch + number,
  key: bytesOf(number, 60),
  live: null,
  sealed: bytesOf(number, 300),
});

const trigger: TriggerRow = {
  tenant,
  workflow: hashOf(3),
  place: 0,
  version: 1,
  sealed: bytesOf(3, 90),
  kind: "cron",
  topic: null,
  schedule: "{}",
  nextAt: epoch + 10,
  scheduledAt: epoch,
  until: null,
};

const definition: DefinitionRow = {
  tenant,
  name: hashOf(3),
  version: 1,
  content: hashOf(4),
  key: bytesOf(1, 60),
  live: null,
  sealed: bytesOf(2, 600),
  createdAt: epoch,
  names: [],
};

test("pokes, topics, places and their line are there after closing and opening", async () => {
  const first = await reopen();
  const old = await first.openLease(leaseAt(epoch));
  const slot = { key, limit: 1, action: "take" as const, passesAttended: false };
  const [holder, queued, poked] = [
    firstUnit(old, 1, { head: parked, extra: { slot } }),
    firstUnit(old, 2, { head: parked, extra: { slot: { ...slot, action: "queue" }, topics: [topic] } }),
    firstUnit(old, 3, { head: parked }),
  ];
  await first.append([holder, queued, poked, headUnit(holder, { extra: { pokes: [poked.run] } })]);

  const second = await reopen();
  const fence = await second.openLease(leaseAt(epoch));
  assert.deepEqual((await second.readSlot(tenant, key, 9)).holders, [holder.run]);
  assert.equal(await second.nextDueAt(), 0);
  assert.deepEqual(
    (await second.claim(fence, epoch, 9)).map((row) => row.run),
    [poked.run],
  );
  const take = headUnit(queued, { fence, extra: { slot } });
  assert.deepEqual(await second.append([take]), [{ type: "slot_taken" }]);
  await second.putIncoming([incoming(1)]);
  assert.equal((await second.claim(fence, epoch, 9))[0]?.run, queued.run, "it waits for the topic");
  await second.append([headUnit(queued, { fence })]);
  await second.append([headUnit(holder, { fence, extra: { slot: { ...slot, action: "release" } } })]);
  assert.equal((await second.claim(fence, epoch, 9))[0]?.run, queued.run, "it waits for the place");
  assert.deepEqual(await second.append([take]), [{ type: "appended" }]);
});

test("a tenant that was deleted stays so after closing and opening, in data of before too", async () => {
  const database = openWriter(join(folder, "dispatched.db"));
  migrate(database, schema.slice(0, 7));
  const insert = database.prepare(
    "INSERT INTO account (tenant, generation, public_key, api_key, created_at, code) VALUES (?, 1, ?, ?, 1, ?)",
  );
  for (const number of [1, 2]) {
    insert.run(tenantOf(number), bytesOf(1, 32), bytesOf(number, 32), bytesOf(3, 32));
  }
  database.close();
  const first = await reopen();
  const use = { jti: "a", expiresAt: epoch, session: null, change: null, ends: "tenant" } as const;
  assert.equal(await first.accounts.useHandshake(tenant, use), "used");

  const second = await reopen();
  assert.equal(await second.putIncoming([incoming(1)]), null);
  assert.deepEqual(await second.putIncoming([{ ...incoming(1), tenant: tenantOf(2) }]), [true]);
});

test("triggers and incoming events are there after closing and opening", async () => {
  const first = await reopen();
  await first.putDefinition(definition, [trigger]);
  await first.moveTrigger(trigger, epoch + 20, epoch + 15);
  for (const number of [1, 2]) await first.putIncoming([incoming(number)]);
  await first.settleIncoming(tenant, hashOf(1));

  const second = await reopen();
  const moved = { ...trigger, nextAt: epoch + 20, scheduledAt: epoch + 15 };
  assert.deepEqual((await second.listTriggers(tenant, null, 9)).rows, [moved]);
  assert.equal(await second.moveTrigger(trigger, epoch + 30, epoch + 25), false);
  assert.equal(await second.moveTrigger(moved, epoch + 30, epoch + 25), true);
  assert.deepEqual(await second.listIncoming(tenant, topic, 0, 9), [incoming(1), incoming(2)]);
  assert.deepEqual(await second.listUnsettled(9, []), [incoming(2)]);
  assert.deepEqual(await second.putIncoming([incoming(1)]), [false]);
});

/** A database as the first version of the schema left it: three runs, one of them held, one ended. */
function writeFirstVersion(): void {
  const database = openWriter(join(folder, "dispatched.db"));
  migrate(database, schema.slice(0, 1));
  database.exec(`INSERT INTO lease (node, expires_at) VALUES ('old', ${epoch})`);
  database.prepare("INSERT INTO tenant (no, id) VALUES (1, ?)").run(tenant);
  const insertRun = database.prepare(
    "INSERT INTO run (no, tenant, id, version, key, card, start_key) VALUES (?, 1, ?, 1, ?, ?, NULL)",
  );
  const insertHead = database.prepare(
    `INSERT INTO head (no, tenant, workflow, created_at, status, last_seq, owner, due_at, ended_at, labels)
     VALUES (?, 1, ?, ?, ?, 1, ?, ?, ?, NULL)`,
  );
  const rows = [
    { status: "running", owner: 1, dueAt: epoch - 1, endedAt: null },
    { status: "waiting", owner: 0, dueAt: null, endedAt: null },
    { status: "failed", owner: 0, dueAt: null, endedAt: epoch },
  ] as const;
  for (const [index, { status, owner, dueAt, endedAt }] of rows.entries()) {
    const no = index + 1;
    insertRun.run(no, runIdBytes(runOf(no)), bytesOf(no, 60), bytesOf(no + 1, 90));
    insertHead.run(no, hashOf(0), epoch, runStatuses.indexOf(status), owner, dueAt, endedAt);
  }
  database
    .prepare("INSERT INTO definition VALUES (?, ?, 1, ?, ?, ?, ?)")
    .run(tenant, definition.name, definition.content, definition.key, definition.sealed, epoch);
  assert.equal(database.pragma("user_version", { simple: true }), 1);
  database.close();
}

test("data of the first version of the schema are opened and used with all that came after", async () => {
  writeFirstVersion();
  const store = await reopen();
  const fence = await store.openLease(leaseAt(epoch));
  const [held, waits, ended] = [1, 2, 3].map((number) => firstUnit(fence, number)) as [
    ReturnType<typeof firstUnit>,
    ReturnType<typeof firstUnit>,
    ReturnType<typeof firstUnit>,
  ];
  assert.equal(await store.nextDueAt(), null, "nobody is poked");
  assert.deepEqual(
    (await store.claim(fence, epoch, 9)).map((row) => [row.run, row.held]),
    [[held.run, true]],
  );
  const extra = { pokes: [waits.run, ended.run], topics: [topic] };
  const goesOn = nextUnit(held, { head: parked, extra });
  assert.deepEqual(await store.append([goesOn]), [{ type: "appended" }]);
  const claimed = await store.claim(fence, epoch, 9);
  assert.deepEqual(
    claimed.map((row) => row.run),
    [waits.run],
    "who has ended is not poked",
  );
  await store.putIncoming([incoming(1)]);
  assert.equal((await store.claim(fence, epoch, 9))[0]?.run, held.run, "it waits for the topic");
  await takeEnded(store, ended);
  const reopened = nextUnit(ended, { head: { ...endedAs("failed"), dueAt: epoch } });
  assert.deepEqual(await store.append([reopened]), [{ type: "appended" }]);
  assert.equal((await store.claim(fence, epoch, 9))[0]?.run, ended.run, "its compensation goes on");
  assert.equal(await store.putDefinition(definition, [trigger]), "same");
  const second = { ...trigger, version: 2 };
  await store.putDefinition({ ...definition, version: 2 }, [second]);
  assert.deepEqual((await store.listTriggers(tenant, null, 9)).rows, [second]);
});
