// The lines of the step in which the cursor is, in YAML and in JSON, the last step as well as the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stepLines } from "./step-places.ts";
import type { DocumentFormat } from "./text-keys.ts";

function linesOf(text: string, format: DocumentFormat, word: string): string | null {
  const lines = stepLines(text, format, text.indexOf(word));
  return lines === null ? null : text.slice(lines.from, lines.to);
}

const yaml = "name: a\nsteps:\n  one:\n    value: 1\n\n  # Of two.\n  two:\n    after: [one]\n    value: 2";

test("a step of YAML ends before what is said of the next", () => {
  assert.equal(linesOf(yaml, "yaml", "value: 1"), "one:\n    value: 1");
  assert.equal(linesOf(yaml, "yaml", "after"), "two:\n    after: [one]\n    value: 2");
  assert.equal(linesOf(`${yaml}\n\noutput: 1\n`, "yaml", "after"), "two:\n    after: [one]\n    value: 2");
  assert.equal(linesOf(yaml, "yaml", "name"), null);
});

const json = JSON.stringify(
  { name: "a", steps: { one: { value: 1 }, two: { after: ["one"], value: 2 } } },
  null,
  2,
);

test("a step of JSON goes to its own brace, and not to those around it", () => {
  assert.equal(linesOf(json, "json", '"value": 1'), '"one": {\n      "value": 1\n    },');
  assert.match(linesOf(json, "json", "after") ?? "", /^"two": \{\n.*"value": 2\n {4}\}$/s);
  const dense = '{"steps": {\n  "one": {"value": 1},\n  "two": {"after": ["one"],\n    "value": 2}}}';
  assert.equal(linesOf(dense, "json", "after"), '"two": {"after": ["one"],\n    "value": 2}}}');
});
