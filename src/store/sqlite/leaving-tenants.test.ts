// A tenant with much stored is deleted at once, and removed in pieces, whatever happens between them; nobody else's is touched.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { allKinds, tenantRow } from "../../ports/store-contract/key-sample.ts";
import {
  beginSampleEpoch,
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  leaseAt,
  runOf,
  tenantOf,
} from "../../ports/store-contract/sample.ts";
import { newBulkId } from "../../value/id.ts";
import { openWriter } from "./open-database.ts";
import { SqliteStore } from "./sqlite-store.ts";

const [tenant, other, later] = [tenantOf(1), tenantOf(2), tenantOf(3)];
const runsCount = 1_200;
const order = process.env["LEAVING_TEST_FOLDER"];
let folder = "";
let store: SqliteStore;

if (order === undefined) defineTests();
else await lookUntilKilled(order);

/** Killed before its fourth write is on the disk: the lease and two looks are. */
async function lookUntilKilled(path: string): Promise<void> {
  store = await SqliteStore.open(path, { crash: { point: "before_commit", after: 4 } });
  const fence = await store.openLease(leaseAt(epoch));
  while (true) await store.dropEnded(fence, epoch, 50);
}

async function killWhileRemoving(): Promise<void> {
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { ...process.env, LEAVING_TEST_FOLDER: folder, NODE_TEST_CONTEXT: undefined },
    stdio: "inherit",
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL");
}

/** Two tenants have the same; one of them has many runs besides, one of which has a long log and a large body. */
async function fill(): Promise<void> {
  await beginSampleEpoch(store);
  for (const owner of [tenant, other]) await allKinds(store, owner);
  const fence = await store.openLease(leaseAt(epoch));
  for (const owner of [tenant, other]) {
    const keeps = [{ run: runOf(2), key: Uint8Array.of(2, ...bytesOf(12, 76)), live: null }];
    await store.append([firstUnit(fence, 9, { tenant: owner, extra: { keeps, topics: [hashOf(5)] } })]);
    const bulk = {
      tenant: owner,
      id: newBulkId(epoch, bytesOf(1, 10)),
      action: "cancel",
      createdAt: epoch,
      by: { key: bytesOf(3, 32), asked: bytesOf(4, 32) },
    } as const;
    const runs = Array.from({ length: 50 }, (_, number) => runOf(number));
    assert.equal(await store.bulks.create(fence, bulk, runs, 9), "created");
  }
  const many = Array.from({ length: runsCount }, (_, number) =>
    firstUnit(fence, 100 + number, {
      head: { ...endedAs("failed"), failure: hashOf(number % 7) },
      birth: { labels: [hashOf(8)], retentionMs: 1e12 },
    }),
  );
  const chunks = Array.from({ length: 2_000 }, (_, chunk) => ({ body: 0, chunk, sealed: hashOf(chunk) }));
  await store.append([...many, { ...firstUnit(fence, 99), chunks }]);
}

/** How many rows each table has. */
function rowsByTable(): ReadonlyMap<string, number> {
  const database = openWriter(join(folder, "dispatched.db"));
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .pluck()
    .all();
  const count = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  const rows = new Map(tables.map((table) => [table, count(table)]));
  database.close();
  return rows;
}

async function reopen(): Promise<number> {
  await store.close();
  store = await SqliteStore.open(folder);
  return store.openLease(leaseAt(epoch));
}

function defineTests(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dispatched-leaving-"));
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a deleted tenant is removed in pieces, over a kill and openings, and nothing of another is", async () => {
    store = await SqliteStore.open(folder);
    await fill();
    await store.accounts.createTenant(tenantRow());
    await store.close();
    const before = rowsByTable();
    store = await SqliteStore.open(folder);
    const use = { jti: "delete", expiresAt: epoch + 60_000, session: null, change: null } as const;
    assert.equal(await store.accounts.useHandshake(tenant, { ...use, ends: "tenant" }), "used");
    await store.close();
    const marked = rowsByTable();
    assert.equal(marked.get("run"), before.get("run"), "the deletion itself does not go through the runs");
    assert.equal(marked.get("account"), 0);

    await killWhileRemoving();
    const killed = rowsByTable();
    assert.ok((killed.get("head") ?? 0) < (before.get("head") ?? 0), "something was removed");
    assert.ok((killed.get("head") ?? 0) > 100, "and much is left");
    let fence = await reopen();
    // Whoever comes meanwhile gets another number, and keeps what is his.
    await store.append([firstUnit(fence, 100, { tenant: later, head: endedAs("completed") })]);
    await allKinds(store, later);
    fence = await reopen();
    let looks = 0;
    for (let dropped = 50; dropped === 50; looks++) {
      assert.deepEqual((await store.listRuns(tenant, {}, null, 9)).rows, []);
      dropped = await store.dropEnded(fence, epoch, 50);
      if (looks % 2 === 1) fence = await reopen();
    }
    assert.ok(looks > 3, `${looks} looks`);
    assert.equal((await store.listRuns(other, {}, null, 9)).rows.length, 4);
    assert.equal((await store.listRuns(later, {}, null, 9)).rows.length, 4);
    assert.equal((await store.keys.list(later, null, 99, true)).rows.length > 10, true);
    await store.close();
    const after = rowsByTable();
    const ofOther = { run: 8, head: 8, event: 8, kept_run: 1, awaited: 1, chunk: 0, bulk: 1, bulk_run: 50 };
    for (const [table, count] of Object.entries(ofOther)) assert.equal(after.get(table), count, table);
    assert.equal(after.get("leaving_tenant"), 0);
    assert.equal(after.get("deleted_tenant"), 1);
    const database = openWriter(join(folder, "dispatched.db"));
    for (const table of after.keys()) {
      const columns = database
        .prepare<[], string>(`SELECT name FROM pragma_table_info('${table}')`)
        .pluck()
        .all();
      if (!columns.includes("tenant")) continue;
      const left = database
        .prepare(`SELECT count(*) FROM ${table} WHERE tenant IN (?, (SELECT no FROM tenant WHERE id = ?))`)
        .pluck()
        .get(tenant, tenant);
      assert.equal(left, 0, table);
    }
    database.close();
  });
}
