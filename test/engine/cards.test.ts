// What a list shows of a run is told by its card, or by its first batch when that is small: the same either way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AuditStage, posted, tenant } from "./audit-stage.ts";

const text = `name: labelled
version: 3
triggers: [{type: http}]
labels: {size: "{{ trigger.body.size }}"}
steps:
  a: {sleep: 1h}`;

test("a small first batch is the card, a large one has a card beside it", async () => {
  const stage = new AuditStage();
  const engine = await stage.engine(stage.vault(true));
  await engine.putWorkflow(tenant, { name: null, text, format: "yaml", dryRun: false });
  const start = async (size: string, note: string) => {
    const body = { size, note };
    const trigger = posted(body);
    const request = { workflow: "labelled", version: null, idempotencyKey: null, trigger };
    return (await engine.startRun(tenant, request)).run;
  };
  const [small, large] = [await start("small", "x"), await start("large", "x".repeat(5_000))];
  await stage.clock.settle();
  const rowOf = (run: typeof small) => stage.store.readRun(tenant, run);
  const [smallRow, largeRow] = [await rowOf(small), await rowOf(large)];
  assert.equal(smallRow?.card.length, 0);
  assert.ok((smallRow?.first?.length ?? 0) > 0);
  assert.ok((largeRow?.card.length ?? 0) > 0);
  assert.equal(largeRow?.first, null);
  const { rows } = await engine.listRuns(tenant, {}, null, 10);
  const shown = new Map(rows.map(({ id, workflow, version, labels }) => [id, { workflow, version, labels }]));
  assert.deepEqual(shown.get(small), { workflow: "labelled", version: 3, labels: { size: "small" } });
  assert.deepEqual(shown.get(large), { workflow: "labelled", version: 3, labels: { size: "large" } });
  await engine.stop();
});
