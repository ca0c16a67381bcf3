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

function answering(headers: readonly string[]): string {
  const named = headers.map((template, index) => `        h${index}: ${template}`);
  return `name: w
version: 1
triggers:
  - type: http
    respond:
      headers:
${named.join("\n")}
steps:
  a: {value: 1}
`;
}

test("headers are evaluated one after the other, until they are too large", () => {
  const large = "'{{ trigger.body }}'";
  const run = new PlayRun(answering([large, large, "{expr: return 1, lang: lua}"]), "x".repeat(40_000));
  assert.deepEqual(run.needs, []);
  assert.equal(run.state.responded?.status, 500);
  assert.match(
    run.state.responded?.problem ?? "",
    /^respond\.headers\.h1: the headers are larger than 65536/,
  );
});

test("headers and body of one answer together do the work of one evaluation", () => {
  const list = Array.from({ length: 300_000 }, () => 0);
  const same = "'{{ trigger.body.x == trigger.body.y }}'";
  const body = { x: list, y: [...list] };
  assert.equal(new PlayRun(answering([same, same]), body).state.responded?.status, 200);
  const run = new PlayRun(answering([same, same, same, same, same]), body);
  assert.equal(run.state.responded?.status, 500);
  assert.match(run.state.responded?.problem ?? "", /^respond\.headers\.h3: the evaluation takes more than/);
});
