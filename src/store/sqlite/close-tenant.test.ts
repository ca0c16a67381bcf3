// A deleted tenant is closed to the engine before anything of it is removed: most with the deletion, of a large one the rest next.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite, { type Database } from "better-sqlite3";
import { bytesOf, hashOf, keyIdOf, tenantOf, wrapOf } from "../../ports/store-contract/sample.ts";
import { packList } from "./byte-list.ts";
import { prepareDropEnded } from "./drop-ended.ts";
import { prepareDropTenant } from "./drop-tenant.ts";
import { prepareFindWraps } from "./engine-wraps.ts";
import { Heads } from "./heads.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";

const [tenant, other, later] = [tenantOf(1), tenantOf(2), tenantOf(3)];

/** Of each tenant a live definition, a secret, and so many active runs and live events. */
function openWith(counts: readonly number[]): Database {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  database.prepare("INSERT INTO epoch VALUES (4, 'current', ?, 1)").run(keyIdOf(4));
  database.exec("INSERT INTO lease (fence, node, expires_at) VALUES (1, 'n', 1)");
  const insertRun = database.prepare(
    "INSERT INTO run (tenant, id, version, key, card) VALUES (?, ?, 1, x'', x'')",
  );
  const insertHead = database.prepare(
    `INSERT INTO head (no, tenant, workflow, created_at, status, last_seq, owner, live, version)
     VALUES (?, ?, ?, 1, 0, 1, 0, ?, 1)`,
  );
  const insertEvent = database.prepare(
    "INSERT INTO incoming (tenant, id, topics, received_at, key, sealed, live) VALUES (?, ?, ?, 1, x'', x'', ?)",
  );
  counts.forEach((count, index) => {
    const [no, id] = [index + 1, tenantOf(index + 1)];
    database.prepare("INSERT INTO tenant (no, id) VALUES (?, ?)").run(no, id);
    for (let number = 0; number < count; number++) {
      const name = bytesOf(no, 12);
      name.set([number >> 8, number & 255]);
      const run = insertRun.run(no, name).lastInsertRowid;
      insertHead.run(run, no, hashOf(1), wrapOf(1));
      insertEvent.run(no, name, packList([hashOf(number % 3)]), wrapOf(1));
    }
    database
      .prepare("INSERT INTO definition VALUES (?, ?, 1, x'', x'', x'', 1, ?, x'')")
      .run(id, hashOf(1), wrapOf(1));
    database.prepare("INSERT INTO secret VALUES (?, ?, 1, x'', x'00', 1, ?)").run(id, hashOf(1), wrapOf(1));
  });
  return database;
}

function countOf(database: Database, table: string, own: string | number): number {
  return database.prepare(`SELECT count(*) FROM ${table} AND tenant = ?`).pluck().get(own) as number;
}

/** Of a tenant what is live, and how many runs are there. */
function stateOf(database: Database, no: number): readonly [number, number] {
  const live = ["head WHERE live IS NOT NULL", "incoming WHERE live IS NOT NULL"].map((table) =>
    countOf(database, table, no),
  );
  const named = ["definition WHERE live IS NOT NULL", "secret WHERE 1"].map((table) =>
    countOf(database, table, tenantOf(no)),
  );
  return [[...live, ...named].reduce((sum, count) => sum + count, 0), countOf(database, "head WHERE 1", no)];
}

test("with the deletion nothing of a tenant of usual size is live any more", () => {
  const database = openWith([1_000, 10]);
  prepareDropTenant(database, new Heads(database))(tenant);
  assert.deepEqual(stateOf(database, 1), [0, 1_000]);
  assert.deepEqual(stateOf(database, 2), [22, 10]);
  database.close();
});

test("of large ones the rest is closed with the next writes, before anything is removed", () => {
  const database = openWith([4_000, 10, 4_500]);
  const heads = new Heads(database);
  const dropTenant = prepareDropTenant(database, heads);
  dropTenant(tenant);
  dropTenant(later);
  const [first, third] = [stateOf(database, 1), stateOf(database, 3)];
  assert.ok(first[0] > 0 && third[0] > 0, `${first} ${third}`);
  const wraps = prepareFindWraps(database)(keyIdOf(4), 99);
  assert.ok(
    wraps.every(({ place }) => place.tenant === other),
    "what is still to be closed holds up no epoch",
  );
  const dropEnded = prepareDropEnded(database, heads);
  const states: (readonly [number, number])[] = [];
  for (let dropped = 50; dropped === 50; ) {
    dropped = dropEnded(1, 1, 50);
    const [one, three] = [stateOf(database, 1), stateOf(database, 3)];
    states.push([one[0] + three[0], one[1] + three[1]]);
  }
  const closed = states.findIndex(([live]) => live === 0);
  assert.ok(closed > 0 && closed < 9, `${states.join(" ")}`);
  assert.ok(
    states.slice(0, closed).every(([, runs]) => runs === 8_500),
    "nothing is removed before",
  );
  assert.deepEqual(states.at(-1), [0, 0]);
  assert.deepEqual(stateOf(database, 2), [22, 10], "nothing of another is");
  database.close();
});
