// The SQLite store's folder: one process at a time, private files, and a clear word about files that it cannot read.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import Sqlite from "better-sqlite3";
import { epoch, firstUnit, leaseAt } from "../../ports/store-contract/sample.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";
import { type SqliteOptions, SqliteStore } from "./sqlite-store.ts";

let folder = "";
let opened: SqliteStore[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dispatched-folder-"));
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

function refusal(code: ErrorCode, text: RegExp) {
  return (error: unknown) =>
    error instanceof DispatchedError && error.code === code && text.test(error.message);
}

test("a second store on the folder is refused at once, until the first is closed", async () => {
  const first = await open(folder);
  const began = performance.now();
  await assert.rejects(open(folder), refusal("data_in_use", /another process/));
  assert.ok(performance.now() - began < 500, "at once");
  await first.openLease(leaseAt(epoch));
  await first.close();
  const second = await open(folder);
  await second.close();
});

test("another process on the folder is refused until this one is killed", async () => {
  const data = join(folder, "data");
  const script = join(folder, "open.mjs");
  const module = JSON.stringify(new URL("sqlite-store.ts", import.meta.url).href);
  writeFileSync(
    script,
    `import { SqliteStore } from ${module};
    await SqliteStore.open(${JSON.stringify(data)});
    console.log("open");
    setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await assert.rejects(open(data), refusal("data_in_use", /another process/));
  child.kill("SIGKILL");
  await once(child, "exit");
  const store = await open(data);
  await store.close();
});

test("the folder has mode 0700 and every file 0600, also where they were open before", async () => {
  const inner = join(folder, "data");
  mkdirSync(inner, { mode: 0o755 });
  for (const name of ["dispatched.db", "lock.db"]) {
    writeFileSync(join(inner, name), "");
    chmodSync(join(inner, name), 0o644);
  }
  const mask = process.umask(0o000);
  const store = await open(inner);
  process.umask(mask);
  const fence = await store.openLease(leaseAt(epoch));
  await store.append([firstUnit(fence, 1)]);
  assert.equal(statSync(inner).mode & 0o777, 0o700);
  const names = readdirSync(inner).sort();
  assert.deepEqual(names, ["dispatched.db", "dispatched.db-shm", "dispatched.db-wal", "lock.db"]);
  for (const name of names) assert.equal(statSync(join(inner, name)).mode & 0o777, 0o600, name);
  await store.close();
});

test("a file that is no database is refused and left as it is", async () => {
  const file = join(folder, "dispatched.db");
  writeFileSync(file, "something else entirely, and longer than the header of a database ".repeat(9));
  const before = statSync(file).size;
  await assert.rejects(open(folder), refusal("store_unavailable", /SQLITE_NOTADB/));
  assert.equal(statSync(file).size, before);
  rmSync(file);
  const store = await open(folder);
  await store.close();
});

test("data that a newer version wrote are refused and left as they are", async () => {
  await (await open(folder)).close();
  const file = join(folder, "dispatched.db");
  const newer = new Sqlite(file);
  newer.pragma("user_version = 999");
  newer.close();
  await assert.rejects(open(folder), refusal("invalid_configuration", /newer version.*999/));
  const after = new Sqlite(file);
  assert.equal(after.pragma("user_version", { simple: true }), 999);
  after.pragma(`user_version = ${schema.length}`);
  after.close();
  await (await open(folder)).close();
});

test("what was acknowledged is there after closing and opening", async () => {
  const first = await open(folder);
  const unit = firstUnit(await first.openLease(leaseAt(epoch)), 1);
  await first.append([unit]);
  await first.close();
  assert.deepEqual(readdirSync(folder).sort(), ["dispatched.db", "lock.db"], "nothing is left in the log");
  const second = await open(folder);
  assert.deepEqual(await second.readEvents(unit.tenant, unit.run, 0, 10), [unit.batch]);
  await second.close();
});

test("migrations run from every older version, each once, and one that fails changes nothing", () => {
  const steps = [
    "CREATE TABLE one (a); INSERT INTO one VALUES (1)",
    "CREATE TABLE two (b); INSERT INTO one VALUES (2)",
    "INSERT INTO one VALUES (3)",
  ];
  for (let older = 0; older <= steps.length; older++) {
    const database = new Sqlite(":memory:");
    migrate(database, steps.slice(0, older));
    migrate(database, steps);
    migrate(database, steps);
    assert.deepEqual(database.prepare("SELECT a FROM one").pluck().all(), [1, 2, 3], `from ${older}`);
    assert.throws(() =>
      migrate(database, [...steps, "INSERT INTO one VALUES (4); INSERT INTO none VALUES (1)"]),
    );
    assert.deepEqual(database.prepare("SELECT a FROM one").pluck().all(), [1, 2, 3], "rolled back");
    assert.equal(database.pragma("user_version", { simple: true }), 3);
    database.close();
  }
});
