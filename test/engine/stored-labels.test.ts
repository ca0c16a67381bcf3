// A workflow that was stored before there was a bound of labels is read, and runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { limits } from "../../src/value/limits.ts";
import { startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const labels = Array.from({ length: limits.labels + 1 }, (_, index) => `  l${index}: "number ${index}"`);
const text = `name: labelled
version: 1
triggers: [{type: http}]
labels:
${labels.join("\n")}
steps: {gate: {wait: {signal: go}}}
`;
const put = { name: "labelled", text, format: "yaml", dryRun: false } as const;

test("its runs go on and new ones start; stored anew it is refused", async () => {
  const store = new MemoryStore({ exclusive: true });
  const bound = limits.labels;
  const before = await startNode(store);
  let run: Awaited<ReturnType<typeof before.engine.startRun>>["run"];
  try {
    Object.assign(limits, { labels: bound + 1 });
    await before.signIn(1);
    await before.engine.putWorkflow(tenant, put);
    run = (await before.engine.startRun(tenant, startOf("labelled"))).run;
  } finally {
    Object.assign(limits, { labels: bound });
    await before.engine.stop();
  }

  const { engine, signIn } = await startNode(store);
  try {
    await signIn(1);
    await engine.sendSignal(tenant, run, "go", null, null);
    await until(async () => (await store.readRun(tenant, run))?.status === "completed");
    const again = await engine.startRun(tenant, startOf("labelled"));
    const { labels: seen } = await engine.getRun(tenant, again.run);
    assert.equal(Object.keys(seen).length, bound + 1);
    assert.equal((await engine.getWorkflow(tenant, "labelled", null)).text, text);
    await assert.rejects(
      engine.putWorkflow(tenant, { ...put, text: text.replace("version: 1", "version: 2") }),
      {
        code: "invalid_document",
      },
    );
  } finally {
    await engine.stop();
    await store.close();
  }
});
