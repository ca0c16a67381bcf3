// Keys and spots of texts: whole ones, and such as somebody is writing.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { spotAt } from "./spot-at.ts";
import { type DocumentFormat, keysOf } from "./text-keys.ts";

const yaml = `# a comment: with a colon
name: order
version: 3 # the third
triggers:
- type: http
  schema: "order"
labels: { a: "{{ trigger.body.a }}", "b c": [x, y] }
steps:
  # charge: not this
  charge:
    request:
      method: POST
      url: "http://127.0.0.1:9/a b"
      body: {
        "id": 1, # why: so
        list: [{ a: 1 }, 2]
      }
  script:
    after: [charge]
    value:
      lang: lua
      expr: |
        local a: b
        return 1
  last:
    after:
      - charge
      - script
    wait: { signal: go }
`;

const named = (text: string, format: DocumentFormat) =>
  keysOf(text, format).map(({ path, from, to }) => [path.join("/"), text.slice(from, to)]);

test("the keys of YAML in blocks and in braces, with their places", () => {
  assert.deepEqual(
    named(yaml, "yaml").filter(([, key]) => key !== ""),
    [
      ["name", "name"],
      ["version", "version"],
      ["triggers", "triggers"],
      ["triggers/0/type", "type"],
      ["triggers/0/schema", "schema"],
      ["labels", "labels"],
      ["labels/a", "a"],
      ["labels/b c", '"b c"'],
      ["steps", "steps"],
      ["steps/charge", "charge"],
      ["steps/charge/request", "request"],
      ["steps/charge/request/method", "method"],
      ["steps/charge/request/url", "url"],
      ["steps/charge/request/body", "body"],
      ["steps/charge/request/body/id", '"id"'],
      ["steps/charge/request/body/list", "list"],
      ["steps/charge/request/body/list/0/a", "a"],
      ["steps/script", "script"],
      ["steps/script/after", "after"],
      ["steps/script/value", "value"],
      ["steps/script/value/lang", "lang"],
      ["steps/script/value/expr", "expr"],
      ["steps/last", "last"],
      ["steps/last/after", "after"],
      ["steps/last/wait", "wait"],
      ["steps/last/wait/signal", "signal"],
    ],
  );
  const version = keysOf(yaml, "yaml").find(({ path }) => path.join() === "version");
  assert.equal(yaml.slice(version?.value, version?.end), "3");
});

test("JSON has the same keys", () => {
  const value = { name: "a", steps: { "x:y": { after: ["b", "c"], value: { q: [{ r: 1 }] } } } };
  for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    const names = named(text, "json").map(([path]) => path);
    assert.deepEqual(names, [
      "name",
      "steps",
      "steps/x:y",
      "steps/x:y/after",
      "steps/x:y/after/0",
      "steps/x:y/after/1",
      "steps/x:y/value",
      "steps/x:y/value/q",
      "steps/x:y/value/q/0",
      "steps/x:y/value/q/0/r",
    ]);
  }
});

test("where somebody writes is found: at |", () => {
  const cases: readonly (readonly [text: string, path: string, place: string, word: string])[] = [
    ["na|", "", "key", "na"],
    ["steps:\n  a:\n    |", "steps/a", "key", ""],
    ["steps:\n  a:\n    req|", "steps/a", "key", "req"],
    ["steps:\n  a:\n    request:\n      method: |", "steps/a/request/method", "value", ""],
    ["steps:\n  a:\n    request:\n      method: GE|", "steps/a/request/method", "value", "GE"],
    ["steps:\n  a:\n    request:\n      method: GET\n    |", "steps/a", "key", ""],
    ["steps:\n  a:\n    request:\n      method: GET\n  |", "steps", "key", ""],
    ["steps:\n  a: {}\n  b:\n    after: [|", "steps/b/after/0", "either", ""],
    ["steps:\n  a: {}\n  b:\n    after: [a, x|", "steps/b/after/1", "either", "x"],
    ["steps:\n  a: {}\n  b:\n    after:\n      - a\n      - |", "steps/b/after/1", "either", ""],
    ["triggers:\n  - ty|", "triggers/0", "either", "ty"],
    ["triggers:\n- type: cr|", "triggers/0/type", "value", "cr"],
    ["triggers:\n- type: http\n  |", "triggers/0", "key", ""],
    ["steps:\n  a:\n    request: { method: |", "steps/a/request/method", "value", ""],
    ["steps:\n  a:\n    request: { method: GET, u|", "steps/a/request", "key", "u"],
    [
      'steps:\n  a:\n    request: { method: "GET", url: "http://a/{{ st|',
      "steps/a/request/url",
      "value",
      "http://a/{{ st",
    ],
    ['steps:\n  a:\n    value: "x {{ st|', "steps/a/value", "value", "x {{ st"],
    ["steps:\n  a:\n    when: steps.|", "steps/a/when", "value", "steps."],
    [
      "steps:\n  a:\n    value:\n      lang: lua\n      expr: |-\n        return st|",
      "steps/a/value/expr",
      "value",
      "return st",
    ],
  ];
  for (const [written, path, place, word] of cases) {
    const at = written.lastIndexOf("|");
    const spot = spotAt(written.slice(0, at), at, "yaml");
    assert.deepEqual([spot.path.join("/"), spot.place, spot.word], [path, place, word], written);
  }
  const json: readonly (readonly [text: string, path: string, place: string, word: string])[] = [
    ['{ "na|', "", "key", "na"],
    ['{ "steps": { "a": { "after": ["|', "steps/a/after/0", "either", ""],
    ['{ "steps": { "a": { "when": "steps.|', "steps/a/when", "value", "steps."],
    ['{ "version": 1, "|', "", "key", ""],
  ];
  for (const [written, path, place, word] of json) {
    const at = written.lastIndexOf("|");
    const spot = spotAt(written.slice(0, at), at, "json");
    assert.deepEqual([spot.path.join("/"), spot.place, spot.word], [path, place, word], written);
  }
});

test("any piece of any example is read without an end in sight", () => {
  const examples = join(import.meta.dirname, "../../../examples");
  for (const name of readdirSync(examples)) {
    if (name === "python-client") continue;
    const text = readFileSync(join(examples, name, "workflow.yaml"), "utf8");
    for (let at = 0; at <= text.length; at += 7) {
      const { path } = spotAt(text, at, "yaml");
      assert.ok(path.length < 20);
    }
    assert.ok(keysOf(text, "yaml").some(({ path }) => path.length === 2 && path[0] === "steps"));
  }
});
