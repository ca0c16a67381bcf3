// A tenant with many events that are not settled is passed over at the cost of one with few.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { bytesOf, hashOf, tenantOf } from "../../ports/store-contract/sample.ts";
import { IncomingReads } from "./incoming-reads.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";

/** Tenant 1 has so many events, the oldest; of the 20 others each has one. */
function openWith(count: number): Sqlite.Database {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const insertTenant = database.prepare("INSERT INTO tenant (no, id) VALUES (?, ?)");
  const insert = database.prepare(
    `INSERT INTO incoming (tenant, id, topics, received_at, key, sealed) VALUES (?, ?, x'', ?, ?, ?)`,
  );
  for (let no = 1; no <= 21; no++) {
    insertTenant.run(no, tenantOf(no));
    const events = no === 1 ? count : 1;
    for (let event = 0; event < events; event++) {
      insert.run(no, hashOf(event), no * count + event, bytesOf(1, 60), bytesOf(1, 300));
    }
  }
  return database;
}

/** The shortest of some tries: what else the machine does makes none shorter. */
function msOf(read: () => unknown): number {
  const tries = Array.from({ length: 9 }, () => {
    const began = performance.now();
    read();
    return performance.now() - began;
  });
  return Math.min(...tries);
}

test("to go past a tenant's events takes as long however many there are", () => {
  const [few, many] = [500, 50_000].map((count) => {
    const database = openWith(count);
    const reads = new IncomingReads(database);
    const ofOthers = () => reads.unsettled(64, [tenantOf(1)]);
    assert.deepEqual(
      ofOthers().map(({ tenant }) => tenant),
      Array.from({ length: 20 }, (_, index) => tenantOf(index + 2)),
    );
    const all = Array.from({ length: 21 }, (_, index) => tenantOf(index + 1));
    assert.deepEqual(reads.unsettled(64, all), []);
    const ms = msOf(() => [ofOthers(), reads.unsettled(64, all)]);
    database.close();
    return ms;
  }) as [number, number];
  assert.ok(many < 10 * few, `${many} ms, and ${few} ms for a hundredth`);
});
