// What an expression of another language is given to read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayRun } from "../../test/run/play-run.ts";
import { contextOf, scopeOf } from "./scope.ts";

const run = new PlayRun(`name: w
version: 1
triggers: [{type: http}]
steps:
  part1: {value: 1}
  part2: {value: 2}
  other: {value: 3}
`);

function stepsFor(source: string): readonly string[] {
  const { steps } = contextOf(scopeOf(run.workflow, run.state), source);
  return Object.keys(steps as object);
}

test("steps that are named as they stand are given, and no others", () => {
  assert.deepEqual(stepsFor("return steps.part1.output"), ["part1"]);
  assert.deepEqual(stepsFor(`return steps [ "part1" ].output + steps . part2.output`), ["part1", "part2"]);
  assert.deepEqual(stepsFor("$.steps.part1.output"), ["part1"]);
  assert.deepEqual(stepsFor("$['steps']['part1'].output"), ["part1"]);
  assert.deepEqual(stepsFor("$ [ 'steps' ] ['part1'].output"), ["part1"]);
  assert.deepEqual(stepsFor("return steps.part1.output:match('^%d+$')"), ["part1"]);
  assert.deepEqual(stepsFor("return trigger.body"), []);
});

test("every step is given where a name is made, or the steps are taken as a whole", () => {
  const all = ["part1", "part2", "other"];
  for (const source of [
    "return steps['part' .. trigger.body].output",
    "local s = steps; return steps.part1.output + s[trigger.body].output",
    'for i = 1, 2 do local step = steps["part" .. i] end',
    "return steps['part\\49'].output",
    "$.steps['part1', 'part2'].output",
    "$.steps.*.output",
    "$..output",
    "$",
    "$[?@.x == $]",
    '$["trigger", *]',
    "$['trigger','steps']",
    "return _ENV['ste' .. 'ps']",
  ]) {
    assert.deepEqual(stepsFor(source), all, source);
  }
});
