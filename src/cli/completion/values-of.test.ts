// The words that are offered for an option are those that the server takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Command, Option } from "commander";
import { doings } from "../../run/doing.ts";
import { valuesOf } from "./values-of.ts";

test("what runs are doing, and their statuses", async () => {
  const list = new Command("list");
  new Command("runs").addCommand(list);
  assert.deepEqual(await valuesOf(list, new Option("--doing <kinds>")), [...doings, "overdue"]);
  const statuses = await valuesOf(list, new Option("--status <names>"));
  assert.ok(statuses.includes("waiting") && statuses.includes("compensating"));
  assert.deepEqual(await valuesOf(list, new Option("--limit <number>")), []);
});
