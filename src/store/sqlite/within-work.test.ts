// What is removed, or written anew, with one write is bounded by its bytes: small rows go many at a time, large ones few.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { bytesOf, hashOf, tenantOf, wrapOf } from "../../ports/store-contract/sample.ts";
import { packList } from "./byte-list.ts";
import { prepareCloseTenant } from "./close-tenant.ts";
import { prepareDeliveries } from "./delivery-writes.ts";
import { prepareDropLive } from "./drop-live.ts";
import { prepareDropLog } from "./drop-log.ts";
import { EpochFence } from "./epoch-fence.ts";
import { Heads } from "./heads.ts";
import { prepareInbox } from "./inbox-writes.ts";
import { prepareIncoming } from "./incoming-writes.ts";
import { prepareKeyFence } from "./key-fence.ts";
import { prepareLives } from "./live-writes.ts";
import { migrate } from "./migrate.ts";
import { preparePokes } from "./poke-writes.ts";
import { schema } from "./schema.ts";
import { workMax } from "./within-work.ts";

const tenant = tenantOf(1);
const mebibyte = 1 << 20;
/** Of rows of a mebibyte each: none of these writes takes more than as many, and few take as long as the first number of small ones. */
const largeMax = 16;

function openWith(fill: string, count: number, bytes: number): Sqlite.Database {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  database.prepare("INSERT INTO tenant (no, id) VALUES (1, ?)").run(tenant);
  const insert = database.prepare(fill);
  const sealed = new Uint8Array(bytes);
  for (let number = 1; number <= count; number++) {
    insert.run({
      tenant,
      number,
      text: `${number}`,
      id: hashOf(number),
      live: wrapOf(1),
      sealed,
      key: bytesOf(1, 60),
      topics: packList([hashOf(1)]),
    });
  }
  return database;
}

/** How many rows a write takes, of those that there are. */
function takenOf(
  fill: string,
  count: number,
  bytes: number,
  left: string,
  act: (database: Sqlite.Database) => unknown,
): readonly [number, unknown] {
  const database = openWith(fill, count, bytes);
  const counted = database.prepare<[], number>(`SELECT count(*) FROM ${left}`).pluck();
  const given = act(database);
  const taken = count - (counted.get() ?? 0);
  database.close();
  return [taken, given];
}

const inboxOf = (database: Sqlite.Database) => prepareInbox(database, prepareKeyFence(database));
const incomingOf = (database: Sqlite.Database) => {
  const heads = new Heads(database);
  const lives = prepareLives(database, heads, new EpochFence(database));
  return prepareIncoming(database, heads, preparePokes(database), {
    lives,
    fence: prepareKeyFence(database),
  });
};
const event = `INSERT INTO incoming (tenant, id, topics, received_at, settled, key, sealed, live)
  VALUES (1, @id, @topics, 1, 1, @key, @sealed, @live)`;
const item = `INSERT INTO inbox (tenant, id, kind, received_at, expires_at, state, settled_at, key, sealed)`;

const writes = [
  {
    name: "events of a run",
    fill: "INSERT INTO event (run, first_seq, last_seq, summaries, sealed) VALUES (1, @number, @number, x'', @sealed)",
    left: "event",
    act: (database: Sqlite.Database) => prepareDropLog(database)(1, workMax),
  },
  {
    name: "pieces of bodies",
    fill: "INSERT INTO chunk (run, body, place, sealed) VALUES (1, 0, @number, @sealed)",
    left: "chunk",
    act: (database: Sqlite.Database) => prepareDropLog(database)(1, workMax),
  },
  {
    name: "events that came in, forgotten",
    fill: event,
    left: "incoming",
    act: (database: Sqlite.Database) => incomingOf(database).drop(2, 500),
  },
  {
    name: "events that came in, closed",
    fill: event,
    left: "incoming WHERE live IS NOT NULL",
    act: (database: Sqlite.Database) => prepareDropLive(database, new Heads(database))(),
  },
  {
    name: "secrets, closed",
    fill: `INSERT INTO secret (tenant, name, version, key, sealed, updated_at, live)
      VALUES (@tenant, @id, 1, @key, @sealed, 1, @live)`,
    left: "secret WHERE live IS NOT NULL",
    act: (database: Sqlite.Database) => prepareDropLive(database, new Heads(database))(),
  },
  {
    name: "items of the inbox, expired",
    fill: `${item} VALUES (@tenant, @text, 'start', 1, 2, 'waiting', NULL, @key, @sealed)`,
    left: "inbox WHERE state = 'waiting'",
    act: (database: Sqlite.Database) => inboxOf(database).expire(3, 500),
  },
  {
    name: "items of the inbox, forgotten",
    fill: `${item} VALUES (@tenant, @text, 'start', 1, 2, 'expired', 2, @key, @sealed)`,
    left: "inbox",
    act: (database: Sqlite.Database) => inboxOf(database).drop(3, 500),
  },
  {
    name: "deliveries",
    fill: `INSERT INTO delivery (tenant, id, hook, refused, received_at, expires_at, repeated, key, sealed)
      VALUES (@tenant, @text, 'h', 0, 1, 2, 0, @key, @sealed)`,
    left: "delivery",
    act: (database: Sqlite.Database) => prepareDeliveries(database, prepareKeyFence(database)).drop(3, 500),
  },
  {
    name: "secrets of a deleted tenant",
    fill: `INSERT INTO secret (tenant, name, version, key, sealed, updated_at)
      VALUES (@tenant, @id, 1, @key, @sealed, 1)`,
    left: "secret",
    act: (database: Sqlite.Database) => prepareCloseTenant(database)({ no: 1, id: tenant }, workMax),
  },
] as const;

for (const { name, fill, left, act } of writes) {
  test(`one write takes many small and few large: ${name}`, () => {
    const [small] = takenOf(fill, 400, 100, left, act);
    assert.equal(small, 400);
    const [large, given] = takenOf(fill, 40, mebibyte, left, act);
    assert.ok(large > 0 && large <= largeMax, `${large} of a mebibyte`);
    assert.ok((given as number) >= large, "more are left");
    if (/forgotten|expired|deliveries/.test(name)) assert.equal(given, 500, "who asked is told to ask again");
  });
}
