// What an export keeps and what it leaves out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { redact } from "./redact.ts";

test("names, times and codes stay; values, texts and unknown members do not, however deep", () => {
  const event = {
    seq: 3,
    type: "step.failed",
    at: "2026-01-31T00:00:00.000Z",
    step: "pay",
    data: {
      attempt: 1,
      failure: { code: "http_500", status: 500, message: "canary", body: { code: "canary", status: 7 } },
      answer: { status: 200, headers: { x: "canary" }, body: ["canary"] },
      labels: [["who", "canary"]],
      value: "canary",
      novel: { code: "canary" },
      items: [{ id: "canary", code: "canary", status: "canary" }],
    },
  };
  const left = JSON.stringify(redact(event));
  assert.doesNotMatch(left, /canary|who/);
  for (const kept of ["step.failed", "pay", "http_500", '"status":500', '"attempt":1']) {
    assert.ok(left.includes(kept), kept);
  }
});

test("how many items a step has stays", () => {
  assert.deepEqual(redact({ items: { count: 3, failed: 1 } }), { items: { count: 3, failed: 1 } });
});
