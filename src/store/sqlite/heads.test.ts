// What the writer keeps of runs that are held stays small.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { batchOf, bytesOf, epoch, firstUnit, hashOf, nextUnit } from "../../ports/store-contract/sample.ts";
import { prepareAppend } from "./append-units.ts";
import { EpochFence } from "./epoch-fence.ts";
import { Heads } from "./heads.ts";
import { prepareInbox } from "./inbox-writes.ts";
import { prepareKeptRuns } from "./kept-runs.ts";
import { prepareKeyFence } from "./key-fence.ts";
import { prepareLeases } from "./lease-writes.ts";
import { prepareLives } from "./live-writes.ts";
import { migrate } from "./migrate.ts";
import { packUnits, unpackUnits } from "./packed-units.ts";
import { preparePokes } from "./poke-writes.ts";
import { schema } from "./schema.ts";

test("the head of a run that is held holds nothing of the appends that made it", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const heads = new Heads(database);
  const fence = prepareKeyFence(database);
  const append = prepareAppend(database, heads, preparePokes(database), {
    lives: prepareLives(database, heads, new EpochFence(database)),
    inbox: prepareInbox(database, fence),
    fence,
    kept: prepareKeptRuns(database),
  });
  const lease = prepareLeases(database, heads).open({ node: "a", now: epoch, ttlMs: 1_000 });
  const born = firstUnit(lease, 1, {
    birth: { labels: [hashOf(1)] },
    batch: batchOf(0, 1, bytesOf(1, 500_000)),
  });
  // One that failed and goes on, as while it is undone.
  const goesOn = nextUnit(born, { head: { failure: hashOf(2) }, batch: batchOf(1, 1, bytesOf(2, 500_000)) });
  for (const unit of [born, goesOn]) {
    assert.deepEqual(append(unpackUnits(packUnits([unit]), 1)), [{ type: "appended" }]);
    const { workflow, labels, failure } = heads.find(unit.tenant, unit.run) ?? {};
    assert.deepEqual([...(workflow ?? [])], [...hashOf(0)]);
    for (const bytes of [workflow, labels, failure]) {
      assert.ok((bytes?.buffer.byteLength ?? 0) < 10_000, `${bytes?.buffer.byteLength} bytes`);
    }
  }
  database.close();
});
