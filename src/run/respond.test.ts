// Who waits for a step is answered however the step and its run end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";

const head = `name: w
version: 1
triggers: [{type: http, respond: {status: 202, after: b, body: "{{ steps.b.status }}"}}]
`;
const steps = `
steps:
  a: {wait: {signal: go}}
  b: {value: 1, after: [a]}
`;

test("a cancel that ends the step before it begins is answered at once", () => {
  const run = new PlayRun(head + steps);
  const said = run.cancel();
  assert.ok(Array.isArray(said));
  assert.deepEqual(said.slice(-2), ["run.responded", "run.cancelled"]);
  assert.equal(run.state.responded?.body, "cancelled");
});

test("it is answered once", () => {
  const run = new PlayRun(`${head}${steps}  c: {wait: {signal: on}, after: [b]}\n`);
  assert.ok(run.signal("go", 1).includes("run.responded"));
  assert.ok(!run.signal("on", 1).includes("run.responded"));
  assert.equal(run.state.responded?.body, "succeeded");
});
