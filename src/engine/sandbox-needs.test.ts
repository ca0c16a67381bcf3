// Many needs over one large body: their contexts are made by and by, and share it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sandbox, SandboxTask } from "../ports/sandbox.ts";
import type { Need } from "../run/need.ts";
import type { TenantId } from "../value/id.ts";
import type { JsonObject } from "../value/json.ts";
import { type BodySource, copyJson, placeStored } from "../value/stored-body.ts";
import { computeAll } from "./sandbox-needs.ts";

const count = 256;
const tenant = "ten_1" as TenantId;
const large: JsonObject = { rate: 2, rest: "x".repeat(100_000) };
const source: BodySource = {
  owner: "ten_1/run_1",
  atHand: () => large,
  load: () => Promise.resolve(),
  chunks: () => assert.fail("nobody reads its bytes"),
  hold: () => {},
  letGo: () => {},
};

test("contexts are made while others are evaluated, and the body in them is one", async () => {
  let made = 0;
  const needs = Array.from({ length: count }, (_, item): Need => {
    const context = () => {
      made++;
      const trigger = { body: null };
      const body = { id: 1, kind: "json", bytes: 1, chunks: 1, size: 1, digest: "" } as const;
      placeStored(trigger, "body", { source, body });
      return copyJson({ trigger, item }) as JsonObject;
    };
    return { key: `item/${item}`, lang: "lua", source: "return item", context, now: item };
  });
  const madeAtOnce: number[] = [];
  const sandbox: Sandbox = {
    evaluate(who, tasks: readonly SandboxTask[]) {
      assert.equal(who, tenant);
      madeAtOnce.push(made);
      made = 0;
      for (const { context } of tasks) assert.ok((context["trigger"] as JsonObject)["body"] === large);
      return Promise.resolve(tasks.map(({ context }) => ({ ok: true, value: context["item"] ?? null })));
    },
    checkLua: () => assert.fail("nothing is checked"),
    close: () => Promise.resolve(),
  };
  const computed = await computeAll(sandbox, tenant, needs);
  assert.ok(madeAtOnce.length > 1 && Math.max(...madeAtOnce) <= 64, `at once: ${madeAtOnce}`);
  assert.deepEqual(
    needs.map(({ key }) => computed.get(key)),
    needs.map((_, item) => ({ result: { ok: true, value: item }, now: item })),
  );
});
