// What is deleted is in no file of the store any more: salts of ended runs, wraps of before a rotation, what older versions left.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { allKinds, rotationOf, stepOf, tenantRow } from "../../ports/store-contract/key-sample.ts";
import {
  beginSampleEpoch,
  bytesOf,
  endedAs,
  epoch,
  firstUnit,
  hashOf,
  keyIdOf,
  leaseAt,
  nextUnit,
  parked,
  type SampleUnit,
  sampleEpoch,
  tenantOf,
} from "../../ports/store-contract/sample.ts";
import { erasePast } from "./erase-past.ts";
import { type SqliteOptions, SqliteStore } from "./sqlite-store.ts";
import type { StoreNotice } from "./writer-protocol.ts";

const tenant = tenantOf(1);
let folder = "";
let store: SqliteStore;
let told: StoreNotice[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dispatched-erased-"));
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: SqliteOptions = {}): Promise<void> {
  told = [];
  const tell = (notice: StoreNotice) => void told.push(notice);
  store = await SqliteStore.open(folder, options, undefined, tell);
}

const file = () => join(folder, "dispatched.db");
const logBytes = () => (existsSync(`${file()}-wal`) ? statSync(`${file()}-wal`).size : 0);

/**
 * How many of these stand somewhere in the folder. Another process reads: when this one closed a file that SQLite has open,
 * SQLite's locks on it would be gone.
 */
function countOnDisk(secrets: readonly Uint8Array[]): number {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const bytes = execFileSync("cat", files, { maxBuffer: 2 ** 28 });
  return secrets.filter((secret) => bytes.includes(Buffer.from(secret))).length;
}

/** As a data key is derived: in front of the salt stands what it is, and the ids of two keys. */
const derived = (salt: Uint8Array) =>
  new Uint8Array([5, ...keyIdOf(sampleEpoch), ...randomBytes(8), ...salt, ...randomBytes(16)]);

interface Run {
  readonly salt: Uint8Array;
  unit: SampleUnit;
}

async function appendAll(units: readonly SampleUnit[]): Promise<void> {
  for (const { type } of await store.append(units)) assert.equal(type, "appended");
}

/** Runs that wait, with a salt each. */
async function startRuns(count: number): Promise<readonly Run[]> {
  await beginSampleEpoch(store);
  const fence = await store.openLease(leaseAt(epoch));
  const [name, key, live] = [hashOf(0), bytesOf(1, 60), derived(randomBytes(32))];
  const rest = {
    version: 1,
    content: hashOf(4),
    live: null,
    sealed: bytesOf(2, 600),
    createdAt: epoch,
    names: [],
  };
  await store.putDefinition({ tenant, name, key, ...rest });
  await store.keepLive(tenant, { definitions: [{ name, version: 1, key, live }], secrets: [] });
  const runs = Array.from({ length: count }, (_, number) => {
    const salt = randomBytes(32);
    return { salt, unit: firstUnit(fence, number + 1, { birth: { live: derived(salt) } }) };
  });
  for (let at = 0; at < count; at += 50) await appendAll(runs.slice(at, at + 50).map(({ unit }) => unit));
  return runs;
}

/** They wait, each until another moment, and end. */
async function endRuns(runs: readonly Run[]): Promise<void> {
  for (const end of [false, true]) {
    for (let at = 0; at < runs.length; at += 30) {
      const some = runs.slice(at, at + 30);
      for (const [index, run] of some.entries()) {
        run.unit = nextUnit(run.unit, {
          head: end ? endedAs("completed") : { ...parked, dueAt: epoch + index },
        });
      }
      await appendAll(some.map(({ unit }) => unit));
    }
  }
}

const saltsOf = (runs: readonly Run[]) => runs.map(({ salt }) => salt);

async function logEmptied(): Promise<void> {
  while (logBytes() > 0) await pause(10);
}

test("the salts of ended runs are in no file once the log has been emptied, as it is now and then", async () => {
  await open({ logEmptiedEveryMs: 20 });
  const runs = await startRuns(600);
  const [active, ended] = [runs.slice(0, 100), runs.slice(100)];
  await endRuns(ended);
  await logEmptied();
  assert.equal(countOnDisk(saltsOf(active)), 100, "those of active runs are there, as they stand");
  assert.equal(countOnDisk(saltsOf(ended)), 0);
});

test("when an epoch is retired the log is emptied at once", async () => {
  await open();
  const runs = await startRuns(40);
  await endRuns(runs);
  assert.ok(logBytes() > 0 && countOnDisk(saltsOf(runs)) > 0, "until then the log has them");
  const wraps = await store.epochs.wrapsOf(sampleEpoch, 9);
  await beginSampleEpoch(store, sampleEpoch + 1, sampleEpoch);
  await store.epochs.replaceWraps(
    sampleEpoch + 1,
    wraps.map((wrap) => ({ ...wrap, by: null })),
  );
  assert.equal(await store.epochs.retireEpoch(sampleEpoch), true);
  assert.equal(logBytes(), 0);
  assert.equal(countOnDisk(saltsOf(runs)), 0);
});

test("when a rotation has ended the wraps of before are in no file", async () => {
  await open();
  await beginSampleEpoch(store);
  await allKinds(store);
  const row = tenantRow({ generation: 2, code: bytesOf(9, 32) });
  await store.accounts.createTenant(tenantRow());
  const change = { before: tenantRow().code, row };
  const use = { jti: "a", expiresAt: epoch, session: null, ends: "sessions" as const, change };
  await store.accounts.useHandshake(tenant, { ...use, rotation: rotationOf() });
  const wraps: Uint8Array[][] = [];
  for (const endedAt of [null, epoch]) {
    const { rows } = await store.keys.list(tenant, null, 99, false);
    const fresh = rows.map(({ kind, key }) => {
      // A trigger's key stands at the front of what it seals, behind its length.
      const at = kind === "trigger" ? 2 : 0;
      return { wrap: randomBytes(60), key, at };
    });
    wraps.push(fresh.map(({ wrap }) => wrap));
    const changes = rows.map((record, index) => {
      const { wrap, key, at } = fresh[index] as (typeof fresh)[number];
      const next = Uint8Array.from(key);
      next.set(wrap, at + 17);
      return { record, key: next, fresh: null };
    });
    await store.keys.replace(tenant, changes, endedAt === null ? null : stepOf({ endedAt }));
  }
  const [before, now] = wraps as [Uint8Array[], Uint8Array[]];
  assert.equal(countOnDisk(now), now.length);
  assert.ok(before.length > 10);
  assert.equal(countOnDisk(before), 0);
});

test("what an older version left in its database is erased by the first start, and told, once", async () => {
  await open();
  const runs = await startRuns(200);
  await store.close();
  const older = new Sqlite(file());
  older.pragma("application_id = 0");
  older.exec("DELETE FROM head WHERE no % 10 = 0");
  older.close();
  const ended = runs.filter((_, index) => index % 10 === 9);
  assert.ok(countOnDisk(saltsOf(ended)) > 10, "an older version leaves them");

  await open();
  assert.deepEqual(
    told.map(({ event }) => event),
    ["store.erasing", "store.erased"],
  );
  assert.equal(countOnDisk(saltsOf(ended)), 0);
  assert.equal(countOnDisk(saltsOf(runs)), 180, "of active runs they are there");
  await store.close();
  await open();
  assert.deepEqual(told, []);
});

test("for erasing nothing is written beside the data folder", async () => {
  await open();
  const path = join(folder, "it's old");
  mkdirSync(path);
  const older = new Sqlite(join(path, "older.db"));
  const anywhere = new Sqlite(":memory:");
  const temporary = () => anywhere.pragma("temp_store_directory", { simple: true });
  const places: unknown[] = [];
  const exec = (text: string) => {
    places.push(temporary());
    return older.exec(text);
  };
  erasePast(Object.create(older, { exec: { value: exec } }), (notice) => void told.push(notice));
  assert.deepEqual(
    told.map(({ event }) => event),
    ["store.erasing", "store.erased"],
  );
  assert.deepEqual([places, temporary()], [[path], undefined]);
  older.close();
  anywhere.close();
});

test("what cannot be erased now is told, and left to the next start", async () => {
  await open();
  const database = new Sqlite(":memory:");
  const tell = (notice: StoreNotice) => void told.push(notice);
  database.exec("BEGIN");
  erasePast(database, tell);
  database.exec("COMMIT");
  erasePast(database, tell);
  database.close();
  assert.deepEqual(
    told.map(({ event }) => event),
    ["store.erasing", "store.erase_failed", "store.erasing", "store.erased"],
  );
});

test("a log that somebody who reads keeps from being emptied is told, and emptied when that has ended", async () => {
  await open({ logEmptiedEveryMs: 5 });
  const reader = new Sqlite(file(), { readonly: true });
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM head").get();
  await startRuns(1);
  while (told.length === 0) await pause(10);
  assert.deepEqual(told[0], { event: "store.log_not_emptied", reason: "SQLITE_BUSY" });
  reader.close();
  await logEmptied();
});
