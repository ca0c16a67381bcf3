// Actions on very many runs are forgotten some runs at a time.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { bytesOf, epoch, leaseAt, runOf, tenantOf } from "../../ports/store-contract/sample.ts";
import { newBulkId } from "../../value/id.ts";
import { prepareBulks } from "./bulk-writes.ts";
import { Heads } from "./heads.ts";
import { prepareLeases } from "./lease-writes.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";

test("actions that are over go with their runs, ten thousand of these with one write", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const fence = prepareLeases(database, new Heads(database)).open(leaseAt(epoch));
  const perform = prepareBulks(database);
  const tenant = tenantOf(1);
  const runs = Array.from({ length: 4_000 }, (_, number) => runOf(number));
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const id = newBulkId(epoch, bytesOf(number, 10));
    const bulk = { tenant, id, action: "cancel", createdAt: epoch, by: null } as const;
    assert.equal(perform({ op: "createBulk", fence, bulk, runs, runningMax: 9 }), "created");
    // The last one goes on.
    if (number < 6) perform({ op: "abortBulk", tenant, id, at: epoch + number });
  }
  const count = (table: string) =>
    database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
  const seen: unknown[] = [];
  for (let dropped = 50; dropped === 50; ) {
    dropped = perform({ op: "dropBulks", beforeMs: epoch + 100, limit: 50 }) as number;
    seen.push([dropped, count("bulk"), count("bulk_run")]);
  }
  // Each keeps its row until its last run is gone.
  assert.deepEqual(seen, [
    [50, 4, 14_000],
    [50, 2, 4_000],
    [1, 1, 4_000],
  ]);
  database.close();
});
