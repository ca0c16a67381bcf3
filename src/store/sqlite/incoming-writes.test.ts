// Many events at once cost what one does, but for their own rows.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import type { IncomingRow } from "../../ports/store.ts";
import { bytesOf, epoch, hashOf, keyIdOf, tenantOf, wrapOf } from "../../ports/store-contract/sample.ts";
import { packList } from "./byte-list.ts";
import { EpochFence } from "./epoch-fence.ts";
import { Heads } from "./heads.ts";
import { prepareIncoming } from "./incoming-writes.ts";
import { prepareKeyFence } from "./key-fence.ts";
import { prepareLives } from "./live-writes.ts";
import { migrate } from "./migrate.ts";
import { preparePokes } from "./poke-writes.ts";
import { schema } from "./schema.ts";

test("what live definitions name is read once for all events of a tenant that come together", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  database.prepare("INSERT INTO epoch VALUES (4, 'current', ?, 1)").run(keyIdOf(4));
  const insert = database.prepare(
    `INSERT INTO definition (tenant, name, version, content, key, sealed, created_at, live, names)
     VALUES (?, ?, 1, x'', x'', x'', 1, ?, ?)`,
  );
  for (const number of [1, 2]) {
    insert.run(tenantOf(number), hashOf(9), wrapOf(1), packList([hashOf(number), hashOf(7)]));
  }
  let reads = 0;
  const listening = Object.create(database, {
    prepare: {
      value: (text: string) => {
        const statement = database.prepare(text);
        if (!text.includes("SELECT names FROM definition")) return statement;
        return {
          pluck: () => ({
            all: (given: object) => {
              reads++;
              return statement.pluck().all(given);
            },
          }),
        };
      },
    },
  });
  const heads = new Heads(database);
  const lives = prepareLives(listening, heads, new EpochFence(database));
  const fence = prepareKeyFence(database);
  const { putAll } = prepareIncoming(database, heads, preparePokes(database), { lives, fence });
  const eventOf = (number: number, tenant: number, live: Uint8Array | null = wrapOf(2)): IncomingRow => ({
    ...{ tenant: tenantOf(tenant), id: hashOf(number), topics: [hashOf(number % 3)], receivedAt: epoch },
    ...{ key: bytesOf(1, 60), live, sealed: bytesOf(1, 90) },
  });
  const rows = [1, 2].flatMap((tenant) => Array.from({ length: 30 }, (_, number) => eventOf(number, tenant)));
  assert.equal(
    putAll(rows)?.every((isNew) => isNew),
    true,
  );
  assert.equal(reads, 2, "once a tenant");
  putAll([eventOf(100, 1, null)]);
  assert.equal(reads, 2, "not for what would not be live");
  const live = database
    .prepare("SELECT count(*) FROM incoming WHERE live IS NOT NULL GROUP BY tenant")
    .pluck();
  assert.deepEqual(live.all(), [10, 10], "a third of each names what is named");
  database.close();
});
