// Each example runs with the real process, ends as its `expected.json` says, and its events are as they are described.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ShopServices } from "../../src/cli/demo/shop-services.ts";
import { misfitsOf } from "../process/documented-events.ts";
import { ExampleService, type ServiceRule } from "../process/example-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { allEvents } from "../process/until.ts";

const examples = join(import.meta.dirname, "../../examples");
const home = mkdtempSync(join(tmpdir(), "dispatched-example-"));
let engine: EngineUnderTest;

interface Expected {
  readonly status: string;
  readonly output: unknown;
  readonly compensation?: string;
  readonly step?: string;
}

before(async () => {
  engine = await startDev(home);
});

after(async () => {
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

/** The others are programs that speak to the engine. */
const workflows = readdirSync(examples).filter((name) => existsSync(join(examples, name, "workflow.yaml")));

for (const name of workflows) {
  test(`example ${name}`, async () => {
    const read = (file: string) => readFileSync(join(examples, name, file), "utf8");
    const readJson = <Value>(file: string, otherwise: Value): Value =>
      existsSync(join(examples, name, file)) ? (JSON.parse(read(file)) as Value) : otherwise;
    const rules = readJson<readonly ServiceRule[]>("services.json", []);
    const services = rules.length === 0 ? new ShopServices() : new ExampleService(rules);
    try {
      const address = await services.start();
      const document = read("workflow.yaml").replace("http://127.0.0.1:4100", address);
      await engine.client.putWorkflow(name, document, "yaml");
      const { run } = await engine.client.startRun(name, { body: read("body.json") });
      for (const signal of readJson<readonly { name: string; body: unknown }[]>("signals.json", [])) {
        await engine.client.sendSignal(run, signal.name, { body: JSON.stringify(signal.body) });
      }
      const found = await engine.client.getRun(run, 30);
      const expected = readJson<Expected>("expected.json", { status: "", output: null });
      assert.equal(found.status, expected.status, JSON.stringify(found, null, 1));
      assert.deepEqual(found.output, expected.output);
      if (expected.compensation !== undefined) assert.equal(found.compensation, expected.compensation);
      if (expected.step !== undefined) assert.equal(found.error?.step, expected.step);
      const events = await allEvents(engine.client, run);
      assert.deepEqual([events.length === found.seq, misfitsOf(events)], [true, []]);
    } finally {
      services.stop();
    }
  });
}
