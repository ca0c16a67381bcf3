// Templates: what everybody may read of the examples and nothing else, and workflows that are made of them.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client } from "../../src/client/client.ts";
import { runCommand } from "../process/run-command.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { root } from "../tidy/source-files.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-templates-"));
const examples = join(root, "examples");
const named = readdirSync(examples).filter((name) => name !== "python-client");
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

test("every example is a template that can be stored, with what it calls and how it ends, for whoever has no session", async () => {
  const { templates } = await new Client(engine.url, "").listTemplates();
  assert.deepEqual(
    templates.map(({ name }) => name),
    named.toSorted(),
  );
  for (const { name, title, documents, hosts, sample } of templates) {
    const [document] = documents;
    assert.equal(document?.text, readFileSync(join(examples, name, "workflow.yaml"), "utf8"));
    assert.equal(documents.length, 1);
    assert.match(title, /^[A-Z][a-z ]+$/);
    assert.deepEqual(
      hosts.map(({ origin, dynamic }) => [origin, dynamic]),
      [["http://127.0.0.1:4100", false]],
    );
    assert.equal(
      (await engine.client.putWorkflow(name, document.text, "yaml", { dryRun: true })).status,
      "valid",
    );
    const file = (part: string) => JSON.parse(readFileSync(join(examples, name, part), "utf8"));
    assert.deepEqual([sample?.body, sample?.expected], [file("body.json"), file("expected.json")]);
  }
  const one = await engine.client.getTemplate("approval");
  assert.deepEqual(
    one,
    templates.find(({ name }) => name === "approval"),
  );
  assert.deepEqual(one.sample?.signals, [{ name: "decision", body: { approved: true, by: "bo" } }]);
});

test("no name leads out of the examples", async () => {
  for (const name of [
    "python-client",
    "nothing",
    "..",
    "%2e%2e",
    "..%2fdocs",
    "approval%2fworkflow.yaml",
    "constructor",
  ]) {
    // `..` leads to `/api/` before it is sent.
    const answer = await fetch(`${engine.url}/api/templates/${name}`, { redirect: "manual" });
    assert.notEqual(answer.status, 200, name);
  }
});

test("a template is cloned under its own name or another, and never over a workflow that is there", async () => {
  const listed = await runCommand(home, ["templates", "list"]);
  assert.match(listed.out, /^approval +127\.0\.0\.1:4100 +Ask for an approval/m);
  const cloned = await runCommand(home, ["templates", "clone", "approval", "--as", "expense"]);
  assert.equal(cloned.code, 0, cloned.err);
  assert.match(
    cloned.out,
    /^expense v1\nput your service in the place of http:\/\/127\.0\.0\.1:4100: ask, pay\n$/,
  );
  const { text } = await engine.client.getWorkflow("expense");
  const original = readFileSync(join(examples, "approval/workflow.yaml"), "utf8");
  assert.equal(text, original.replace("name: approval", 'name: "expense"'));
  const again = await runCommand(home, ["templates", "clone", "approval", "--as", "expense"]);
  assert.equal(again.code, 1);
  assert.match(again.err, /there is a workflow expense already[\s\S]*--as NAME/);
  assert.equal((await runCommand(home, ["templates", "clone", "approval"])).code, 0);
  assert.equal((await engine.client.getWorkflow("approval")).text, original);
  assert.match((await runCommand(home, ["templates", "clone", "nothing"])).err, /no such template/);
  assert.match(
    (await runCommand(home, ["templates", "clone", "approval", "--as", "No Name"])).err,
    /invalid_document/,
  );
});
