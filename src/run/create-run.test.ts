// The labels of a run: texts of bounded size, and of bounded work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { limits } from "../value/limits.ts";

function document(labels: readonly string[]): string {
  const named = labels.map((template, index) => `  l${index}: "${template}"`);
  return `name: w
version: 1
triggers: [{type: http}]
labels:
${named.join("\n")}
steps:
  a: {value: 1}
`;
}

test("a label has 1 KiB of UTF-8 at most: beyond it the run fails as it starts, and keeps those before", () => {
  const most = "é".repeat(limits.label_bytes / 2);
  const fits = new PlayRun(document(["{{ trigger.body }}"]), most);
  assert.deepEqual(fits.state.created.labels, [["l0", most]]);
  assert.equal(fits.state.status, "completed");

  const run = new PlayRun(document(["x", "{{ trigger.body }}", "y"]), `${most}!`);
  assert.equal(run.state.status, "failed");
  assert.deepEqual(run.state.created.labels, [["l0", "x"]]);
  const { cause } = run.last("run.ending");
  assert.ok(cause.type === "labels");
  assert.equal(cause.failure.code, "label_bytes");
  assert.equal(cause.failure.message, "label l1: it has 1025 bytes, and may have 1024");
});

test("all labels of a run together do the work of one evaluation", () => {
  const list = Array.from({ length: 300_000 }, () => 0);
  const same = "{{ trigger.body.x == trigger.body.y }}";
  const body = { x: list, y: [...list] };
  assert.equal(new PlayRun(document([same, same]), body).state.status, "completed");
  const run = new PlayRun(document(Array.from({ length: limits.labels }, () => same)), body);
  const { cause } = run.last("run.ending");
  assert.ok(cause.type === "labels");
  assert.equal(cause.failure.code, "too_much_work");
  assert.match(cause.failure.message, /^label l3: /);
});

test("labels and the key of a place count as recorded data", () => {
  const plain = new PlayRun(document(["x"]), "body").state.dataBytes;
  assert.equal(new PlayRun(document([`x${"y".repeat(900)}`]), "body").state.dataBytes, plain + 900);
  const slot = { key: "k".repeat(700), free: true };
  assert.equal(new PlayRun(document(["x"]), "body", { slot }).state.dataBytes, plain + 700);
});
