// A list of more items than one decision begins runs to its end, whatever else the workflow uses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const text = `name: many
version: 1
triggers: [{type: http}]
steps:
  list: {value: [${Array.from({ length: 2_500 }, (_, index) => index).join()}]}
  each:
    after: [list]
    value: "{{ item }}"
    strategy: {type: scatter, over: steps.list.output}
  last: {after: [each], value: {expr: "return #steps.each.output", lang: lua}}
output: "{{ steps.last.output }}"
`;

test("a strategy over 2,500 values ends where a later step is Lua", async () => {
  const store = new MemoryStore({ exclusive: true });
  const { engine, signIn } = await startNode(store);
  try {
    await signIn(1);
    await engine.putWorkflow(tenant, { name: "many", text, format: "yaml", dryRun: false });
    const { run } = await engine.startRun(tenant, startOf("many"));
    await until(async () => (await store.readRun(tenant, run))?.endedAt !== null);
    const { status, output } = await engine.getRun(tenant, run);
    assert.deepEqual([status, output], ["completed", 2_500]);
  } finally {
    await engine.stop();
    await store.close();
  }
});
