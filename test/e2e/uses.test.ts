// What a workflow uses, over HTTP: of a version, with what is stored and what is missing.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-uses-"));
let engine: EngineUnderTest;

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const small = (name: string) => `name: ${name}\nversion: 1\ntriggers: []\nsteps: {a: {value: 1}}\n`;
const document = `name: uses
version: 1
triggers: [{type: event, event: order.paid}]
steps:
  a: {request: {method: GET, url: "https://api.example.com/", headers: {x-key: "{{ secrets.THERE }} {{ secrets.AWAY }}"}}}
  b: {request: {method: GET, url: "{{ trigger.event.data.url }}"}}
  c: {workflow: {name: there}}
  d: {workflow: {name: there, version: 2}}
  e: {workflow: {name: away}}
  f: {workflow: {name: deleted}}
`;

test("hosts, secrets, children and events of a version are told, and whether they are there", async () => {
  const { client } = engine;
  for (const name of ["there", "deleted"]) await client.putWorkflow(name, small(name), "yaml");
  await client.deleteWorkflow("deleted");
  await client.putSecret("THERE", "a value of it");
  await client.putWorkflow("uses", document, "yaml");
  await client.putWorkflow("uses", small("uses").replace("version: 1", "version: 2"), "yaml");
  assert.deepEqual(await client.workflowUses("uses", 1), {
    name: "uses",
    version: 1,
    hosts: [
      { host: "api.example.com", origin: "https://api.example.com", dynamic: false, steps: ["a"] },
      { host: null, origin: null, dynamic: true, steps: ["b"] },
    ],
    secrets: [
      { name: "THERE", exists: true },
      { name: "AWAY", exists: false },
    ],
    children: [
      { workflow: "there", version: null, steps: ["c"], exists: true },
      { workflow: "there", version: 2, steps: ["d"], exists: false },
      { workflow: "away", version: null, steps: ["e"], exists: false },
      { workflow: "deleted", version: null, steps: ["f"], exists: false },
    ],
    events: [{ type: "order.paid", starts: true, steps: [] }],
  });
  const latest = await client.workflowUses("uses");
  assert.deepEqual(latest, { name: "uses", version: 2, hosts: [], secrets: [], children: [], events: [] });
  await assert.rejects(client.workflowUses("nothing"), { code: "workflow_not_found" });
  await assert.rejects(client.workflowUses("uses", 9), { code: "version_not_found" });
});
