// Another name in a document, and nothing else of its text.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWorkflow } from "./parse-workflow.ts";
import { renameWorkflow } from "./rename-workflow.ts";

const rest = "version: 1 # name: old\ntriggers: []\nsteps: {name: {value: old}}\n";

test("the name changes, however it is written, and comments stay", () => {
  for (const written of ["old", '"old"', "'old'"]) {
    const text = `# old\nname: ${written} # old\n${rest}`;
    assert.equal(renameWorkflow(text, "yaml", "my-new"), `# old\nname: my-new # old\n${rest}`);
  }
  const json = '{"version": 1, "name" : "old", "steps": {"a": {"value": "old"}}}';
  assert.equal(renameWorkflow(json, "json", "new"), json.replace('"old"', '"new"'));
});

test("a name that YAML would read as something else is quoted", () => {
  for (const name of ["null", "true", "new"]) {
    const renamed = parseWorkflow(renameWorkflow(`name: old\n${rest}`, "yaml", name), "yaml");
    assert.equal(renamed.ok && renamed.workflow.name, name);
  }
});

test("what cannot be read, or has no name, stays as it is", () => {
  for (const text of [rest, "a: [", "- name: old\n", ""])
    assert.equal(renameWorkflow(text, "yaml", "new"), text);
});
