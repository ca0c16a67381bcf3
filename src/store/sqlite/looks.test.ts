// What the engine looks for again and again: nothing that stays is on the way, written or made of a database of before.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import Sqlite, { type Database } from "better-sqlite3";
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
  runOf,
  type SampleUnit,
  tenantOf,
} from "../../ports/store-contract/sample.ts";
import { prepareFreeRuns } from "./free-runs.ts";
import { migrate } from "./migrate.ts";
import { prepareNextDue } from "./next-due.ts";
import { openWriter } from "./open-database.ts";
import { schema } from "./schema.ts";
import { SqliteStore } from "./sqlite-store.ts";

const steps = 7;
const overAt = epoch + 1_005;
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dispatched-looks-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const endedChild = (fence: number, number: number, root = 1) =>
  firstUnit(fence, number, { head: endedAs("completed"), birth: { root: runOf(root) } });

/** A root that goes on with two children, one of another tenant's root, a run that another keeps, and one that is over. */
async function writeRuns(): Promise<void> {
  const store = await SqliteStore.open(folder);
  const fence = await store.openLease(leaseAt(epoch));
  const keeps = [{ run: runOf(6), key: bytesOf(6, 60), live: null }];
  await store.append([
    firstUnit(fence, 1, { head: parked }),
    ...[endedChild(fence, 2), endedChild(fence, 3), endedChild(fence, 4, 99)],
    firstUnit(fence, 6, { head: endedAs("completed") }),
    firstUnit(fence, 7, { head: parked, birth: { attended: true }, extra: { keeps } }),
    firstUnit(fence, 8, { head: endedAs("completed") }),
  ]);
  await store.close();
}

/** The indexes and columns of before. */
function stepBack(database: Database): void {
  const before = new Sqlite(":memory:");
  migrate(before, schema.slice(0, steps));
  const indexes = before
    .prepare<[], { readonly name: string; readonly sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE name IN ('head_over', 'head_due', 'head_poked', 'head_live')",
    )
    .all();
  before.close();
  const later = ["run_child", "head_attended", "head_attended_poked"];
  for (const name of [...later, ...indexes.map((index) => index.name)]) database.exec(`DROP INDEX ${name}`);
  database.exec(
    "DROP INDEX incoming_line; DROP INDEX incoming_topic_live; DROP TABLE leaving_tenant; DROP TABLE leaving_run; DROP TABLE deleted_tenant; DROP TABLE forgotten_root; ALTER TABLE head DROP COLUMN stays; ALTER TABLE head DROP COLUMN version",
  );
  database.exec("DROP INDEX hook_active; DROP INDEX hook_revoked");
  database.exec(
    "DROP INDEX bulk_begun; ALTER TABLE bulk DROP COLUMN begun_by; ALTER TABLE bulk DROP COLUMN asked",
  );
  for (const { sql } of indexes) database.exec(sql);
  database.pragma(`user_version = ${steps}`);
}

const staysOf = (database: Database) =>
  database.prepare<[], number>("SELECT stays FROM head ORDER BY no").pluck().all();

test("what stays is not looked at for being over, written or migrated", async () => {
  await writeRuns();
  const database = openWriter(join(folder, "dispatched.db"));
  assert.deepEqual(staysOf(database), [0, 1, 1, 0, 2, 0, 0]);
  const looked = database
    .prepare<[], number>(
      `SELECT count(*) FROM head INDEXED BY head_over WHERE ended_at + retention > 0
         AND ended_at IS NOT NULL AND due_at IS NULL AND stays = 0`,
    )
    .pluck();
  assert.equal(looked.get(), 2);
  database.exec("UPDATE head SET live = zeroblob(77) WHERE no = 1");
  stepBack(database);
  migrate(database, schema);
  assert.deepEqual(staysOf(database), [0, 1, 1, 0, 2, 0, 0]);
  const versions = database.prepare<[], number>("SELECT version FROM head ORDER BY no").pluck();
  assert.deepEqual(versions.all(), [1, 0, 0, 0, 0, 0, 0], "of what is live");
  database.close();
  const store = await SqliteStore.open(folder);
  const fence = await store.openLease(leaseAt(overAt));
  assert.equal(await store.dropEnded(fence, overAt, 10), 2);
  const end = { head: endedAs("completed"), fence };
  await store.append([nextUnit(firstUnit(fence, 1), end), nextUnit(firstUnit(fence, 7), end)]);
  assert.equal(await store.dropEnded(fence, overAt, 10), 5);
  await store.close();
});

test("a look is cut when what it forgets is large, also within the children of a root", async () => {
  const store = await SqliteStore.open(folder);
  const fence = await store.openLease(leaseAt(epoch));
  const large = [1, 2].map((number) => ({
    ...firstUnit(fence, number, { head: endedAs("completed") }),
    chunks: Array.from({ length: 2_000 }, (_, chunk) => ({ body: 0, chunk, sealed: hashOf(chunk) })),
  }));
  const root = firstUnit(fence, 3, { head: endedAs("completed") });
  const children = Array.from({ length: 2_200 }, (_, number) => endedChild(fence, 10 + number, 3));
  await store.append([...large, root, ...children]);
  assert.equal(await store.keys.count(tenantOf(1)), 2_203);
  const page = await store.keys.list(tenantOf(1), null, 10, false);
  assert.equal(page.rows.length, 3, "a page passes over no more than its limit");
  let [keys, cursor] = [page.rows.length, page.next];
  while (cursor !== null) {
    const { rows, next } = await store.keys.list(tenantOf(1), cursor, 500, true);
    [keys, cursor] = [keys + rows.length, next];
  }
  assert.equal(keys, 2_203);
  const looks: number[] = [];
  do looks.push(await store.dropEnded(fence, overAt, 1_000));
  while (looks.at(-1) === 1_000);
  assert.ok(looks.length > 4, `${looks.length} looks`);
  await store.close();
  const database = openWriter(join(folder, "dispatched.db"));
  for (const table of ["head", "run", "event", "chunk", "forgotten_root"]) {
    assert.equal(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), 0, table);
  }
  database.close();
});

test("what is due is looked for without the attended runs of tenants that are not open", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const plans: string[] = [];
  const listening = Object.create(database, {
    prepare: {
      value: (text: string) => {
        const given = text.includes("@open") ? [{ open: "[]" }] : text.match(/\?/g)?.map(() => null);
        const plan = database.prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
        // What is found is then read by its number, in its order.
        if (!text.includes("AS place")) plans.push(...plan.all(...(given ?? [])).map(({ detail }) => detail));
        return database.prepare(text);
      },
    },
  });
  assert.ok(prepareFreeRuns(listening));
  assert.ok(prepareNextDue(listening));
  database.close();
  const looks = plans.filter(
    (line) => / head_(due|poked|attended)/.test(line) && !line.includes("(owner>?)"),
  );
  assert.equal(looks.length, 12);
  for (const line of looks) assert.match(line, /\(owner=\? AND (attended|tenant)=\?/);
  assert.ok(!plans.some((line) => line.includes("TEMP B-TREE")));
});

test("a run with a very long log is gone at once, and removed in pieces, also after an opening", async (context) => {
  let store = await SqliteStore.open(folder);
  context.after(() => store.close());
  let fence = await store.openLease(leaseAt(epoch));
  const first = firstUnit(fence, 1, { birth: { startKey: hashOf(7) } });
  let last: SampleUnit = first;
  const units: SampleUnit[] = [first];
  for (let number = 1; number < 32_000; number++) {
    last = nextUnit(last, {
      head: number < 31_999 ? {} : endedAs("completed"),
      batch: batchOf(number, 1, hashOf(1)),
    });
    units.push(last);
  }
  while (units.length > 0) await store.append(units.splice(0, 5_000));
  const child = endedChild(fence, 2);
  await store.append([child]);
  assert.equal((await store.readEvents(first.tenant, first.run, 0, 9)).length, 9);
  const dropped: number[] = [];
  for (let left = 50; left === 50; ) {
    left = await store.dropEnded(fence, overAt, 50);
    dropped.push(left);
    assert.equal(await store.readRun(first.tenant, first.run), null);
    assert.deepEqual(await store.readEvents(first.tenant, first.run, 0, 9), []);
    assert.deepEqual(
      (await store.listRuns(first.tenant, { workflow: hashOf(0) }, null, 9)).rows.length <= 2,
      true,
    );
    if (dropped.length > 1) continue;
    // What comes meanwhile has a number of its own; the key to start by is free.
    const same = firstUnit(fence, 3, { birth: { startKey: hashOf(7) } });
    assert.deepEqual(await store.append([same]), [{ type: "appended" }]);
    assert.equal((await store.readEvents(same.tenant, same.run, 0, 9)).length, 1);
    await store.close();
    store = await SqliteStore.open(folder);
    fence = await store.openLease(leaseAt(overAt));
  }
  assert.ok(dropped.length > 2, `${dropped}`);
  assert.equal(await store.readRun(child.tenant, child.run), null, "its child goes with it");
  await store.close();
  const database = openWriter(join(folder, "dispatched.db"));
  const left = { head: 1, run: 1, event: 1, leaving_run: 0, forgotten_root: 0 };
  for (const [table, rows] of Object.entries(left)) {
    assert.equal(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), rows, table);
  }
  database.close();
});
