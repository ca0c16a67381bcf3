// The SQLite store's writer thread: what it refuses is rolled back, and nobody waits for it for ever, or on the loop.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import Sqlite from "better-sqlite3";
import {
  batchOf,
  bytesOf,
  epoch,
  firstUnit,
  leaseAt,
  nextUnit,
  parked,
  runOf,
} from "../../ports/store-contract/sample.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import { type SqliteOptions, SqliteStore } from "./sqlite-store.ts";
import { Writer } from "./writer.ts";
import type { WriterRequest } from "./writer-protocol.ts";

let folder = "";
let opened: SqliteStore[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dispatched-writer-"));
});

// A store that a failed test left open would keep the process alive.
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string, options: SqliteOptions = {}): Promise<SqliteStore> {
  const store = await SqliteStore.open(path, options);
  opened.push(store);
  return store;
}

const refusedBy = (code: ErrorCode) => (error: unknown) =>
  error instanceof DispatchedError && error.code === code;

test("a disk that fills up in the middle of an append rolls all of it back, and the store goes on", async () => {
  const store = await open(folder, { pagesMax: 120 });
  const fence = await store.openLease(leaseAt(epoch));
  const kept = firstUnit(fence, 1);
  await store.append([kept]);
  const large = Array.from({ length: 50 }, (_, number) =>
    firstUnit(fence, 10 + number, { batch: batchOf(0, 1, bytesOf(number, 20_000)) }),
  );
  await assert.rejects(store.append([nextUnit(kept), ...large]), (error: unknown) => {
    return refusedBy("store_rolled_back")(error) && (error as DispatchedError).retryable;
  });
  assert.equal((await store.readRun(kept.tenant, kept.run))?.lastSeq, 1);
  assert.equal((await store.listRuns(kept.tenant, {}, null, 100)).rows.length, 1);
  assert.deepEqual(await store.append([nextUnit(kept)]), [{ type: "appended" }]);
  assert.equal((await store.readEvents(kept.tenant, kept.run, 0, 10)).length, 2);
  await store.close();
});

test("a value that the database refuses rolls the append back, and those queued behind it stand", async () => {
  const store = await open(folder);
  const fence = await store.openLease(leaseAt(epoch));
  const bad = firstUnit(fence, 2, { birth: { version: 1.5 } });
  const results = await Promise.allSettled([
    store.append([firstUnit(fence, 1), bad]),
    store.append([firstUnit(fence, 3)]),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
  assert.ok((results[0] as PromiseRejectedResult).reason instanceof Error);
  assert.equal(await store.readRun(bad.tenant, firstUnit(fence, 1).run), null);
  assert.equal((await store.readRun(bad.tenant, firstUnit(fence, 3).run))?.lastSeq, 1);
  await store.close();
});

test("when the thread dies everything pending is rejected, and everything after", async () => {
  let lost = 0;
  const writer = await Writer.open({ file: join(folder, "dispatched.db"), commitDelayMs: 20 }, () => lost++);
  const request: WriterRequest = { op: "openLease", request: leaseAt(epoch) };
  assert.equal(await writer.ask(request), 1);
  // Not a request: the thread fails on it, as it would on a fault of its own.
  const pending = [writer.ask(null as never), writer.ask(request), writer.ask(request)];
  for (const asked of pending) await assert.rejects(asked, refusedBy("store_unavailable"));
  await assert.rejects(writer.ask(request), refusedBy("store_unavailable"));
  await writer.close();
  assert.equal(lost, 1, "its owner was told once");
});

test("close writes what was asked before, refuses what comes after, and may be called twice", async () => {
  let lost = 0;
  const store = await SqliteStore.open(folder, { commitDelayMs: 5 }, () => lost++);
  const fence = await store.openLease(leaseAt(epoch));
  const appends = [1, 2, 3, 4].map((number) => store.append([firstUnit(fence, number, { head: parked })]));
  const closed = [store.close(), store.close()];
  for (const append of appends) assert.deepEqual(await append, [{ type: "appended" }]);
  await Promise.all(closed);
  await assert.rejects(store.append([firstUnit(fence, 5)]), refusedBy("store_unavailable"));
  await assert.rejects(store.readRun(firstUnit(fence, 1).tenant, runOf(1)), refusedBy("store_unavailable"));
  await store.close();
  assert.equal(lost, 0);
  const again = await open(folder);
  assert.equal((await again.listRuns(firstUnit(fence, 1).tenant, {}, null, 10)).rows.length, 4);
  await again.close();
});

test("commits that take 200 ms do not hold up the loop or reads", async () => {
  const store = await open(folder, { commitDelayMs: 200 });
  const fence = await store.openLease(leaseAt(epoch));
  const unit = firstUnit(fence, 1);
  await store.append([unit]);
  let reads = 0;
  let waiting = true;
  const appended = store.append([nextUnit(unit)]).finally(() => {
    waiting = false;
  });
  while (waiting) {
    // A commit may be seen a moment before its acknowledgement is heard.
    if ((await store.readRun(unit.tenant, unit.run))?.lastSeq === 1) reads++;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await appended;
  assert.ok(reads > 10, `${reads} reads while it was written`);
  assert.equal((await store.readRun(unit.tenant, unit.run))?.lastSeq, 2);
  await store.close();
});

test("a request that cannot be sent takes no other's answer", async () => {
  const writer = await Writer.open({ file: join(folder, "dispatched.db") });
  const unsendable = { op: "dropLive", more: () => {} } as WriterRequest;
  const asked = [unsendable, { op: "openLease", request: leaseAt(epoch) }, { op: "dropLive" }] as const;
  const results = asked.map((request) => writer.ask(request));
  await assert.rejects(results[0] as Promise<unknown>, { name: "DataCloneError" });
  assert.equal(await results[1], 1);
  assert.equal(await results[2], 0);
  await writer.close();
});

test("when the file cannot be read the writer lets go of it before anybody else may have it", async (context) => {
  // The writer's thread has a module of its own.
  const { pragma } = Sqlite.prototype;
  const broken = context.mock.method(
    Sqlite.prototype,
    "pragma",
    function (this: Sqlite.Database, text: string) {
      if (this.readonly) throw new Error("no file can be opened any more");
      return pragma.call(this, text);
    },
  );
  await assert.rejects(SqliteStore.open(folder), /no file can be opened/);
  assert.equal(existsSync(join(folder, "dispatched.db-wal")), false, "the writer has closed the database");
  broken.mock.restore();
  const store = await open(folder);
  assert.equal(await store.openLease(leaseAt(epoch)), 1);
});
