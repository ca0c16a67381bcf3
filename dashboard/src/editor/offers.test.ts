// What is offered where: fields by place, ids of steps, names that expressions see, secrets.

import assert from "node:assert/strict";
import { test } from "node:test";
import "../../../test/dashboard/dispatched-subpaths.ts";
import type { DocumentFormat } from "./text-keys.ts";

const { offersAt } = await import("./offers.ts");
const { describeKey } = await import("./schema-places.ts");

const known = { secrets: ["MAIL_KEY", "PAY_KEY"], workflows: ["refund"] };

/** The labels offered at `|`, and what they take the place of. */
function offered(written: string, format: DocumentFormat = "yaml"): readonly [string, readonly string[]] {
  const at = written.indexOf("|");
  const text = written.replace("|", "");
  const found = offersAt({ text, at, format }, known);
  return found === null ? ["", []] : [text.slice(found.from, at), found.offers.map(({ label }) => label)];
}

const steps = `triggers:
  - type: http
    schema:
      properties: { order: { type: string }, total: { type: number } }
steps:
  first:
    request: { method: GET, url: /a }
    response: { schema: { properties: { id: { type: string } } } }
  second:
    after: [first]
`;

test("fields are those of the place that are not there yet", () => {
  const [, atRoot] = offered("name: x\n|");
  assert.ok(atRoot.includes("steps") && atRoot.includes("triggers") && !atRoot.includes("name"));
  const [word, inStep] = offered(`${steps}    re|`);
  assert.equal(word, "re");
  assert.ok(inStep.includes("request") && inStep.includes("retry") && !inStep.includes("after"));
  const [, inRetry] = offered(`${steps}    retry: { ma|`);
  assert.ok(inRetry.includes("max") && inRetry.includes("max_delay") && !inRetry.includes("request"));
  assert.ok(offered('{ "steps": { "a": { "|', "json")[1].includes("request"));
});

test("of several kinds the one is meant that `type` says", () => {
  assert.deepEqual(offered("triggers:\n  - type: cr|")[1].toSorted(), ["cron", "event", "http"]);
  const [, cron] = offered("triggers:\n  - type: cron\n    |");
  assert.ok(cron.includes("schedule") && !cron.includes("event") && !cron.includes("type"));
});

test("values: choices of the schema, steps in `after`, workflows, schemas by name", () => {
  assert.deepEqual(offered(`${steps}    on_error: |`)[1], ["fail", "continue"]);
  assert.deepEqual(offered(`${steps}  third:\n    after: [|`)[1], ["first", "second"]);
  assert.deepEqual(offered(`${steps}  third:\n    after:\n      - fi|`), ["fi", ["first", "second"]]);
  assert.deepEqual(offered(`${steps}    workflow: { name: |`)[1], ["refund"]);
  assert.deepEqual(offered("schemas: { order: {}, mail: {} }\ntriggers:\n  - type: http\n    schema: |")[1], [
    "order",
    "mail",
  ]);
  assert.deepEqual(offered('{"steps": {"a": {}, "b": {"after": ["|', "json")[1], ["a"]);
});

test("in expressions: roots, steps, members, secrets, and what schemas name", () => {
  const at = (expression: string) =>
    offered(`${steps}    request:\n      method: POST\n      url: "x {{ ${expression}|`);
  assert.deepEqual(at("")[1], ["trigger", "steps", "run", "secrets"]);
  assert.deepEqual(at("steps.f"), ["f", ["first"]]);
  assert.ok(at("steps.first.")[1].includes("response"));
  assert.deepEqual(at("steps.first.response.")[1], ["status", "headers", "body"]);
  assert.deepEqual(at("steps.first.response.body.")[1], ["id"]);
  assert.deepEqual(at("trigger.body.")[1], ["order", "total"]);
  assert.deepEqual(at("secrets.M"), ["M", known.secrets]);
  assert.deepEqual(at("'st")[1], [], "a text of an expression names nothing");
  assert.deepEqual(offered(`${steps}    when: steps.first.response.|`)[1], ["status", "headers", "body"]);
  assert.deepEqual(offered(`${steps}    value: "plain st|`)[1], []);
});

test("a key is described as the reference does", () => {
  assert.match(describeKey(["steps", "a", "on_error"], () => undefined) ?? "", /ends badly.*Default: "fail"/);
  assert.equal(
    describeKey(["steps", "a", "nonsense"], () => undefined),
    null,
  );
});
