// No read looks at a whole table, or sorts more than a page: by the plans that SQLite makes of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite, { type Database } from "better-sqlite3";
import { migrate } from "./migrate.ts";
import { Reads } from "./reads.ts";
import { schema } from "./schema.ts";

/** Parts of statements, and why they may sort what they find. */
const sorts: Readonly<Record<string, string>> = {
  "INDEXED BY head_overdue": "what is overdue depends on the time; of a tenant that is open few stay due",
  "ORDER BY (SELECT min(received_at)": "the tenants of which events are not settled, one row each",
  "h.owner <> 0 AND h.no > ?": "what one node holds fits its memory",
  "UNION SELECT h.workflow": "the definitions of one tree of runs",
  "SELECT DISTINCT version": "of the newest runs of a group, a fixed number",
  "FROM page AS p": "a page of each hook, of which there are few",
  "LIMIT @limit) UNION ALL SELECT * FROM (SELECT d.no": "a page of each lane",
};
/** The same of a whole table, or of all that an index holds of all tenants. */
const scans: Readonly<Record<string, string>> = {
  "FROM epoch": "epochs are few",
  "FROM node": "nodes are few",
  "INDEXED BY incoming_open": "a fixed number of the oldest, in the order of the index",
  "INDEXED BY definition_live": "what is live of all tenants, when an epoch ends",
  "INDEXED BY secret_live": "the same",
};
/** What a statement makes for itself: its own queries, lists that it was given, a row of no table. */
const own = /^SCAN (?:\(subquery-\d+\)|json_each |CONSTANT ROW$|(?:n|f|p|h|line)$)/;

function textsOf(database: Database): readonly string[] {
  const texts: string[] = [];
  const listening = Object.create(database, {
    prepare: { value: (text: string) => database.prepare(texts[texts.push(text) - 1] ?? "") },
  });
  assert.ok(new Reads(listening));
  return texts.map((text) => text.replace(/\s+/g, " "));
}

/** The lines of the plan that look at a whole table, and those that sort. */
function costsOf(database: Database, text: string): readonly string[] {
  const names = [...text.matchAll(/[@:]([a-zA-Z]+)/g)].map(([, name]) => [name, null]);
  const plan = database.prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
  const unnamed = Array.from({ length: text.split("?").length - 1 }, () => null);
  const lines = plan.all(...(names.length > 0 ? [Object.fromEntries(names)] : unnamed));
  return lines
    .map(({ detail }) => detail)
    .filter((line) => /^SCAN|TEMP B-TREE/.test(line) && !own.test(line));
}

const isExcused = (reasons: Readonly<Record<string, string>>, text: string) =>
  Object.keys(reasons).some((part) => text.includes(part));

test("no read scans or sorts a table that grows", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const texts = textsOf(database);
  const wrong = texts.flatMap((text) =>
    costsOf(database, text).flatMap((line) =>
      isExcused(line.startsWith("SCAN") ? scans : sorts, text) ? [] : `${text}: ${line}`,
    ),
  );
  assert.deepEqual(wrong, []);
  for (const [reasons, isCost] of [
    [sorts, (line: string) => line.includes("TEMP")],
    [scans, (line: string) => line.startsWith("SCAN")],
  ] as const) {
    for (const part of Object.keys(reasons)) {
      const used = texts.some((text) => text.includes(part) && costsOf(database, text).some(isCost));
      assert.ok(used, `nothing needs the exception for ${part}`);
    }
  }
  database.close();
});

test("a read that scans, and one that sorts, are seen", () => {
  const database = new Sqlite(":memory:");
  migrate(database, schema);
  const scanning = "SELECT * FROM inbox WHERE state = ?";
  const sorting = "SELECT no FROM head WHERE tenant = @tenant AND status = @status ORDER BY ended_at";
  assert.deepEqual(costsOf(database, scanning), ["SCAN inbox"]);
  assert.deepEqual(costsOf(database, sorting), ["USE TEMP B-TREE FOR ORDER BY"]);
  database.close();
});
