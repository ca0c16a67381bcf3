// Who waits for a step is answered when it has ended, and not by one that was given up.

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

test("a step that never began, or was given up, because the run ends badly answers nothing", () => {
  const waiting = new PlayRun(head + steps);
  const cancelled = waiting.cancel();
  assert.ok(Array.isArray(cancelled));
  assert.deepEqual([cancelled.at(-1), waiting.state.responded], ["run.cancelled", null]);

  const call = "request: {method: POST, url: 'https://s.example/'}";
  const failed = new PlayRun(`${head}\nsteps:\n  x: {${call}}\n  b: {value: 1, after: [x]}\n`);
  assert.deepEqual(failed.answer("x", 422), ["step.failed x", "run.ending", "run.failed"]);
  assert.equal(failed.state.responded, null);

  const begun = new PlayRun(`${head}\nsteps:\n  b: {wait: {signal: go}}\n`);
  begun.cancel();
  assert.deepEqual([begun.statusOf("b"), begun.state.responded], ["cancelled", null]);
});

test("a step that failed, was skipped, or ended while its run was ending answers", () => {
  const call = "request: {method: POST, url: 'https://s.example/'}";
  const failed = new PlayRun(`${head}\nsteps:\n  b: {${call}}\n`);
  failed.answer("b", 422);
  assert.equal(failed.state.responded?.body, "failed");

  const skipped = new PlayRun(`${head}\nsteps:\n  b: {value: 1, when: "false"}\n  c: {wait: {signal: go}}\n`);
  assert.equal(skipped.state.responded?.body, "skipped");

  const both = new PlayRun(`${head}\nsteps:\n  x: {${call}}\n  b: {${call}}\n`);
  both.answer("x", 422);
  assert.equal(both.state.endedAt, null);
  both.answer("b", 200);
  assert.deepEqual([both.state.status, both.state.responded?.body], ["failed", "succeeded"]);
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
