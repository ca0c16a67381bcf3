// Each example runs with the real process and ends as its `expected.json` says.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ShopServices } from "../../src/cli/demo/shop-services.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";

const examples = join(import.meta.dirname, "../../examples");
const home = mkdtempSync(join(tmpdir(), "dispatched-example-"));
const services = new ShopServices();
let engine: EngineUnderTest;
let address: string;

before(async () => {
  address = await services.start();
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  services.stop();
  rmSync(home, { recursive: true, force: true });
});

for (const name of readdirSync(examples)) {
  test(`example ${name}`, async () => {
    const read = (file: string) => readFileSync(join(examples, name, file), "utf8");
    const document = read("workflow.yaml").replace("http://127.0.0.1:4100", address);
    await engine.client.putWorkflow(name, document, "yaml");
    const { run } = await engine.client.startRun(name, { body: read("body.json") });
    const found = await engine.client.getRun(run, 30);
    const expected = JSON.parse(read("expected.json")) as { status: string; output: unknown };
    assert.equal(found.status, expected.status);
    assert.deepEqual(found.output, expected.output);
  });
}
