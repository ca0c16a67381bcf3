// A run that is forgotten while a list of runs is read is not in it, and the others are.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite, { type Database } from "better-sqlite3";
import { bytesOf, epoch, hashOf, runOf, tenantOf } from "../../ports/store-contract/sample.ts";
import { prepareListRuns } from "./list-runs.ts";
import { migrate } from "./migrate.ts";
import { runIdBytes } from "./run-id-bytes.ts";
import { schema } from "./schema.ts";
import { prepareListWaiting } from "./waiting-runs.ts";

/** Three runs of one tenant that wait for a signal; the second is forgotten as soon as the rows of a page are read. */
function openForgetting(): { readonly database: Database; readonly forgetting: Database } {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  for (const no of [1, 2, 3]) {
    database
      .prepare("INSERT INTO run (no, tenant, id, version, key, card) VALUES (?, 1, ?, 1, ?, ?)")
      .run(no, runIdBytes(runOf(no)), bytesOf(no, 60), bytesOf(no, 90));
    database
      .prepare(
        `INSERT INTO head (no, tenant, workflow, created_at, status, last_seq, owner) VALUES (?, 1, ?, ?, 0, 1, 0)`,
      )
      .run(no, hashOf(0), epoch + no);
    database.prepare("INSERT INTO listed VALUES (1, x'01', x'', x'', 0, ?, ?)").run(epoch + no, no);
  }
  const forgetting = Object.create(database, {
    prepare: {
      value: (text: string) => {
        const statement = database.prepare(text);
        if (!text.endsWith("WHERE h.no = ?")) return statement;
        return {
          get: (no: number) => {
            database.exec("DELETE FROM head WHERE no = 2");
            return statement.get(no);
          },
        };
      },
    },
  });
  return { database, forgetting };
}

test("a run that is forgotten between the two reads of a list is left out", () => {
  const { database, forgetting } = openForgetting();
  const list = prepareListRuns(forgetting);
  const first = list(tenantOf(1), 1, {}, null, 2);
  assert.deepEqual(
    first.rows.map(({ run }) => run),
    [runOf(3)],
  );
  const second = list(tenantOf(1), 1, {}, first.next, 2);
  assert.deepEqual([second.rows.map(({ run }) => run), second.next], [[runOf(1)], null]);
  database.close();
});

test("so is one of a list of what is waited for", () => {
  const { database, forgetting } = openForgetting();
  const { rows } = prepareListWaiting(forgetting)(tenantOf(1), 1, { doing: 2 }, null, 9);
  assert.deepEqual(
    rows.map(({ run }) => run),
    [runOf(1), runOf(3)],
  );
  database.close();
});
