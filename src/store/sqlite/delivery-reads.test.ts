// Reads of deliveries: who follows them does not have all of a tenant looked at whenever one comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { DeliveryReads } from "./delivery-reads.ts";
import { migrate } from "./migrate.ts";
import { schema } from "./schema.ts";

test("deliveries since a cursor are searched for from it on, in each lane by itself", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const texts: string[] = [];
  const listening = Object.create(database, {
    prepare: { value: (text: string) => database.prepare(texts[texts.push(text) - 1] ?? "") },
  });
  assert.ok(new DeliveryReads(listening));
  const since = texts.find((text) => text.includes("@after")) ?? "";
  const plan = database.prepare<object, { readonly detail: string }>(`EXPLAIN QUERY PLAN ${since}`);
  const lines = plan.all({ tenant: "t", after: 0, limit: 1 }).map(({ detail }) => detail);
  const inLine = lines.filter((line) => line.includes("delivery_line"));
  assert.deepEqual(inLine, [
    "SEARCH l USING COVERING INDEX delivery_line (tenant=? AND hook=? AND refused=? AND no>?)",
  ]);
  const ofDeliveries = lines.filter((line) => /^(?:SEARCH|SCAN) d\b/.test(line));
  for (const line of ofDeliveries) assert.equal(line, "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)");
  assert.equal(ofDeliveries.length, 2);
  database.close();
});
