// Rows that lists go by: the same, written or made of a database of before, and gone with their runs.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import Sqlite, { type Database } from "better-sqlite3";
import {
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  leaseAt,
  nextUnit,
  parked,
} from "../../ports/store-contract/sample.ts";
import { doings } from "../../run/doing.ts";
import { unpackList } from "./byte-list.ts";
import { migrate } from "./migrate.ts";
import { openWriter } from "./open-database.ts";
import { schema } from "./schema.ts";
import { SqliteStore } from "./sqlite-store.ts";

const steps = 5;
const columns = "tenant, hex(what), hex(label), hex(workflow), status, created_at, run";

/** Runs that go on, have failed, and have gone on since; with labels or without. */
async function writeRuns(folder: string): Promise<void> {
  const store = await SqliteStore.open(folder);
  const fence = await store.openLease(leaseAt(epoch));
  const units = Array.from({ length: 40 }, (_, number) => {
    const labels = number % 3 === 0 ? [] : [hashOf(100 + (number % 2)), hashOf(200)];
    const birth = { createdAt: epoch + number, workflow: hashOf(number % 4), labels };
    return firstUnit(fence, number, { birth, head: { ...parked, doing: [0, 1, 18, 32][number % 4] ?? 0 } });
  });
  await store.append(units);
  const failing = units.filter((_, number) => number % 5 === 0);
  const failed = failing.map((unit, number) =>
    nextUnit(unit, { head: { ...endedAs("failed"), failure: hashOf(500 + (number % 2)) } }),
  );
  await store.append(failed);
  await store.close();
}

interface Run {
  readonly no: number;
  readonly tenant: number;
  readonly workflow: Uint8Array;
  readonly createdAt: number;
  readonly status: number;
  readonly doing: number;
  readonly labels: Uint8Array | null;
}

/** The tables of before, filled as they were then. */
function stepBack(database: Database): void {
  const before = new Sqlite(":memory:");
  migrate(before, schema.slice(0, steps));
  const tables = before
    .prepare<[], { readonly sql: string }>("SELECT sql FROM sqlite_schema WHERE name IN ('doing', 'label')")
    .all();
  before.close();
  for (const index of ["head_overdue", "inbox_state", "inbox_hook", "standing_grant_live"]) {
    database.exec(`DROP INDEX ${index}`);
  }
  database.exec(`DROP TABLE listed; ${tables.map(({ sql }) => sql).join("; ")}`);
  const insertLabel = database.prepare("INSERT INTO label VALUES (?, ?, ?, ?, ?)");
  const insertDoing = database.prepare("INSERT INTO doing VALUES (?, ?, ?, ?, ?)");
  const runs = database
    .prepare<[], Run>("SELECT no, tenant, workflow, created_at AS createdAt, status, doing, labels FROM head")
    .all();
  for (const { no, tenant, workflow, createdAt, status, doing, labels } of runs) {
    for (const label of labels === null ? [] : unpackList(labels)) {
      insertLabel.run(tenant, label, status, createdAt, no);
    }
    for (const kind of doings.keys()) {
      if ((doing & (1 << kind)) === 0) continue;
      for (const name of [new Uint8Array(0), workflow]) insertDoing.run(tenant, kind, name, createdAt, no);
    }
  }
  database.pragma(`user_version = ${steps}`);
}

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dispatched-listed-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the rows that lists go by are the same, written or migrated", async () => {
  await writeRuns(folder);
  const database = openWriter(join(folder, "dispatched.db"));
  const rows = () => database.prepare(`SELECT ${columns} FROM listed`).raw().all();
  const written = rows();
  stepBack(database);
  // The steps that came later stand.
  migrate(database, schema.slice(0, steps + 1));
  assert.deepEqual(rows(), written);
  assert.ok(written.length > 150, `${written.length} rows`);
  database.close();
});

test("a run that is forgotten leaves no row behind", async () => {
  await writeRuns(folder);
  const store = await SqliteStore.open(folder);
  const fence = await store.openLease(leaseAt(epoch + 1e9));
  assert.equal(await store.dropEnded(fence, epoch + 1e9, 100), 8);
  await store.close();
  const database = openWriter(join(folder, "dispatched.db"));
  const count = (where: string) =>
    database
      .prepare<[], number>(`SELECT count(*) FROM listed WHERE run ${where} (SELECT no FROM head)`)
      .pluck()
      .get();
  assert.equal(count("NOT IN"), 0);
  assert.ok((count("IN") ?? 0) > 100);
  database.close();
});
