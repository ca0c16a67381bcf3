// A run that ends by a service's `complete`: nothing is undone, not of its children either.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { startDev } from "../process/start-engine.ts";
import { ended, until } from "../process/until.ts";

test("children at work end with the run that a service completes, and undo nothing", async () => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-complete-"));
  const service = new ScriptedService();
  const address = await service.start();
  const engine = await startDev(home);
  const { client } = engine;
  const put = (name: string, steps: string) =>
    client.putWorkflow(name, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps:\n${steps}`, "yaml");
  try {
    const call = (path: string) => `request: {method: POST, url: "${address}${path}"}`;
    await put(
      "grandchild",
      `  book: {${call("/book")}, compensate: {${call("/undo")}}}\n  ask: {after: [book], wait: {signal: go}}`,
    );
    await put(
      "child",
      `  book: {${call("/book")}, compensate: {${call("/undo")}}}\n  inner: {after: [book], workflow: {name: grandchild}}`,
    );
    await put(
      "parent",
      `  sub: {workflow: {name: child}}\n  done: {${call("/done")}, directives: [complete]}`,
    );
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    service.scripts.set("/done", async () => {
      await begun;
      return [200, {}, { "dispatched-directive": "complete" }];
    });
    const { run } = await client.startRun("parent", { body: null });
    const child = (await until(client, run, ({ steps }) => steps[0]?.child != null)).steps[0]?.child ?? "";
    const inner = (await until(client, child, ({ steps }) => steps[1]?.child != null)).steps[1]?.child ?? "";
    await until(client, inner, ({ steps }) => steps[1]?.phase === "wait");
    begin();
    assert.equal((await ended(client, run)).status, "completed");
    for (const one of [child, inner]) {
      const { status, compensation } = await ended(client, one);
      assert.deepEqual([status, compensation], ["cancelled", "none"]);
    }
    assert.deepEqual([service.of("/book").length, service.of("/undo").length], [2, 0]);
  } finally {
    engine.child.kill("SIGTERM");
    await engine.ended;
    service.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
