// What is remembered of what the engine opened is bounded over all tenants.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunId, TenantId } from "../value/id.ts";
import type { Audit } from "./audit.ts";
import { EngineOpens } from "./engine-opens.ts";

function stage(max: number) {
  const written: string[] = [];
  const audit = {
    pend: (tenant: TenantId, { fields }: { fields: { runs: readonly RunId[] } }) =>
      fields.runs.map((run) => `${tenant} ${run}`),
    settle: async (_tenant: TenantId, entry: readonly string[]) => void written.push(...entry),
  };
  const opens = new EngineOpens(audit as unknown as Audit, "runs", max);
  return {
    opens,
    written,
    record: (tenant: string, run: string) => opens.record(tenant as TenantId, run as RunId),
  };
}

test("one bound holds for all tenants; beyond it all may be recorded again", async () => {
  const { opens, written, record } = stage(3);
  for (const tenant of ["a", "b", "c"]) await record(tenant, "1");
  await record("a", "1");
  assert.deepEqual([opens.remembered, written.length], [3, 3]);
  await record("d", "1");
  assert.equal(opens.remembered, 1);
  await record("a", "1");
  assert.deepEqual([opens.remembered, written.length], [2, 5]);
});
