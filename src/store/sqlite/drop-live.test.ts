// What nobody needs is closed in pieces, and found without a look at each event that stays.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { bytesOf, hashOf, tenantOf, wrapOf } from "../../ports/store-contract/sample.ts";
import { packList } from "./byte-list.ts";
import { prepareDropLive } from "./drop-live.ts";
import { Heads } from "./heads.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";

const tenant = tenantOf(1);
const [kept, over] = [hashOf(1), hashOf(2)];

/** A grant names the topic that is kept. */
function openWith(events: readonly Uint8Array[]): Sqlite.Database {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  database.prepare("INSERT INTO tenant (no, id) VALUES (1, ?)").run(tenant);
  database
    .prepare(
      `INSERT INTO standing_grant (tenant, id, workflow, version, names, created_at, expires_at, key, live, sealed)
       VALUES (?, 'gra_1', ?, 1, ?, 1, 2, ?, ?, ?)`,
    )
    .run(tenant, hashOf(9), packList([kept]), bytesOf(1, 60), wrapOf(1), bytesOf(1, 60));
  const insert = database.prepare(
    "INSERT INTO incoming (tenant, id, topics, received_at, key, sealed, live) VALUES (1, ?, ?, 1, ?, ?, ?)",
  );
  events.forEach((topic, index) => {
    insert.run(hashOf(index), packList([topic, hashOf(1_000 + index)]), bytesOf(1, 60), topic, wrapOf(1));
  });
  return database;
}

test("events that nothing names any more are closed some at a time, those that something names stay", () => {
  const database = openWith(Array.from({ length: 1_800 }, (_, index) => (index % 3 === 0 ? kept : over)));
  const drop = prepareDropLive(database, new Heads(database));
  assert.deepEqual([drop(), drop(), drop(), drop()], [500, 500, 200, 0]);
  const live = database
    .prepare<[], Uint8Array>("SELECT sealed FROM incoming WHERE live IS NOT NULL")
    .pluck()
    .all();
  assert.equal(live.length, 600);
  assert.ok(live.every((topic) => Buffer.compare(topic, kept) === 0));
  database.close();
});

test("a write goes on with the tenant at which the one before was cut", () => {
  const database = openWith(Array.from({ length: 1_200 }, () => over));
  // An earlier tenant, whose definition a grant needs, and a later one.
  const others = [tenantOf(0), tenantOf(2)];
  const insert = database.prepare("INSERT INTO definition VALUES (?, ?, 1, x'', x'', x'', 1, ?, x'')");
  for (const owner of others) insert.run(owner, hashOf(9), wrapOf(1));
  database
    .prepare(
      "INSERT INTO standing_grant SELECT 2, ?, 'gra_2', workflow, version, names, 1, 2, NULL, NULL, key, live, sealed FROM standing_grant",
    )
    .run(others[0]);
  const asked: unknown[] = [];
  const listening = Object.create(database, {
    prepare: {
      value: (text: string) => {
        const statement = database.prepare(text);
        if (!text.includes("SELECT name, version, names")) return statement;
        return {
          all: (owner: string) => {
            asked.push([tenant, ...others].indexOf(owner as never));
            return statement.all(owner);
          },
        };
      },
    },
  });
  const drop = prepareDropLive(listening, new Heads(database));
  assert.deepEqual([drop(), drop(), drop(), drop()], [500, 500, 201, 0]);
  assert.deepEqual(asked, [1, 0, 0, 0, 2, 1, 1]);
  database.close();
});

test("no look goes through all live events", () => {
  const database = openWith([]);
  const plans: string[] = [];
  const listening = Object.create(database, {
    prepare: {
      value: (text: string) => {
        const given = text.includes("@no") ? [{ no: 1 }] : text.match(/\?/g)?.map(() => 1);
        const plan = database.prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
        plans.push(...plan.all(...(given ?? [])).map(({ detail }) => detail));
        return database.prepare(text);
      },
    },
  });
  assert.ok(prepareDropLive(listening, new Heads(database)));
  database.close();
  const isActive = /head_live \(<expr>=\? AND tenant=\? AND workflow=\? AND version=\?\)/;
  assert.ok(
    plans.some((line) => isActive.test(line)),
    "nor through all runs of a workflow",
  );
  const looks = plans.filter((line) => line.includes(" incoming "));
  assert.equal(looks.filter((line) => line.includes("incoming_topic_live")).length, 5);
  assert.ok(!looks.some((line) => line.startsWith("SCAN")), looks.join("\n"));
});
