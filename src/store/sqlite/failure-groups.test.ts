// A page of groups by time counts so many runs, however many there are in each of its groups.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { groupRunsMax } from "../../ports/overview-store.ts";
import { epoch, hashOf, tenantOf } from "../../ports/store-contract/sample.ts";
import { prepareListFailures } from "./failure-groups.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";

test("a page of large groups ends early, and the next one goes on behind it", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const insertGroup = database.prepare("INSERT INTO failure_group VALUES (1, ?, ?, ?, ?)");
  const insertRun = database.prepare("INSERT INTO failure VALUES (1, ?, ?, ?, ?, 1)");
  const runs = groupRunsMax + 50;
  database.transaction(() => {
    for (let group = 0; group < 5; group++) {
      insertGroup.run(hashOf(group), hashOf(9), runs, epoch + group);
      for (let run = 0; run < runs; run++)
        insertRun.run(hashOf(group), epoch, group * runs + run, epoch + group);
    }
  })();
  const list = prepareListFailures(database);
  const pages: number[][] = [];
  let cursor: string | null = null;
  do {
    const page = list(tenantOf(1), 1, { createdFrom: epoch }, cursor, 50);
    pages.push(
      page.rows.map(({ lastAt, count, more }) => (more && count === groupRunsMax ? lastAt - epoch : -1)),
    );
    cursor = page.next;
  } while (cursor !== null);
  assert.deepEqual(pages, [[4, 3], [2, 1], [0]]);
  assert.equal(list(tenantOf(1), 1, {}, null, 50).rows.length, 5, "without times nothing is counted");
  database.close();
});
