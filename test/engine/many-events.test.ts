// Waits that are sent more events than the sandbox judges at once: no run is filled by them, and none is lost.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { CloudEvent } from "../../src/engine/engine-api.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { type Node, startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const text = (timeout: string) => `name: hears
version: 1
triggers: [{type: http}]
steps:
  paid:
    wait: {event: order.paid, when: {lang: lua, expr: "return event.data.amount > 10"}, timeout: ${timeout}, on_timeout: continue}
`;

const paid = (id: number, amount: number): CloudEvent => ({
  ...{ id: String(id), source: "shop", type: "order.paid", specversion: "1.0" },
  ...{ datacontenttype: "application/json", data: { amount } },
});

async function withNode(timeout: string, run: (node: Node) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-many-events-"));
  const store = await SqliteStore.open(folder);
  const node = await startNode(store);
  try {
    await node.signIn(1);
    await node.engine.putWorkflow(tenant, {
      name: "hears",
      text: text(timeout),
      format: "yaml",
      dryRun: false,
    });
    await run(node);
  } finally {
    await node.engine.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a run takes the event behind a thousand others, and never holds more than it judges", () =>
  withNode("1h", async ({ engine, ports }) => {
    const { sandbox } = ports;
    let together = 0;
    let most = 0;
    const standing = async () => {
      let count = 0;
      for (let after = 0; ; ) {
        const { events } = await engine.listEvents(tenant, run, after, 500, 0);
        for (const { type } of events)
          count += type === "signal.received" ? 1 : type === "wait.ignored" ? -1 : 0;
        if (events.length < 500) return count;
        after += events.length;
      }
    };
    const { run } = await engine.startRun(tenant, startOf("hears"));
    const evaluate: typeof sandbox.evaluate = async (owner, tasks) => {
      together = Math.max(together, tasks.length);
      most = Math.max(most, await standing());
      return sandbox.evaluate(owner, tasks);
    };
    Object.assign(ports, { sandbox: { ...sandbox, evaluate } });
    for (let first = 0; first < 1_000; first += 250) {
      await engine.putEvents(
        tenant,
        Array.from({ length: 250 }, (_, no) => paid(first + no, 1)),
      );
    }
    await engine.putEvents(tenant, [paid(1_000, 20)]);
    await until(async () => (await engine.getRun(tenant, run)).status === "completed");
    assert.match(JSON.stringify((await engine.getRun(tenant, run)).steps), /"id":"1000"/);
    assert.ok(most > 64 && most <= 128, `${most} stood`);
    assert.ok(together > 16 && together <= 32, `${together} were judged together`);
  }));
