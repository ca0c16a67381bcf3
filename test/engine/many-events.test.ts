// Waits that are sent more events than the sandbox judges at once: no run is filled by them, and none is lost.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { CloudEvent } from "../../src/engine/engine-api.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { RunId } from "../../src/value/id.ts";
import { type Node, startNode, startOf, everyTenant as tenant } from "../process/every-kind.ts";
import { until } from "./until.ts";

const lua = '{lang: lua, expr: "return event.data.amount > 10"}';

const text = (timeout: string, when: string) => `name: hears
version: 1
triggers: [{type: http}]
steps:
  paid:
    wait: {event: order.paid, when: ${when}, timeout: ${timeout}, on_timeout: continue}
`;

const paid = (id: number, amount: number): CloudEvent => ({
  ...{ id: String(id), source: "shop", type: "order.paid", specversion: "1.0" },
  ...{ datacontenttype: "application/json", data: { amount } },
});

async function withNode(
  timeout: string,
  run: (node: Node, folder: string) => Promise<void>,
  when = lua,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-many-events-"));
  const store = await SqliteStore.open(folder);
  const node = await startNode(store);
  try {
    await node.signIn(1);
    await node.engine.putWorkflow(tenant, {
      name: "hears",
      text: text(timeout, when),
      format: "yaml",
      dryRun: false,
    });
    await run(node, folder);
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

test("what waits pass over is not written into their runs", () =>
  withNode(
    "1h",
    async ({ engine }, folder) => {
      const stored = () =>
        readdirSync(folder).reduce((bytes, file) => bytes + statSync(join(folder, file)).size, 0);
      const runs = await Promise.all(
        Array.from({ length: 30 }, async () => (await engine.startRun(tenant, startOf("hears"))).run),
      );
      const before = stored();
      const { data, ...rest } = paid(0, 1);
      const large = { ...(data as object), text: "x".repeat(50_000) };
      const sent = Array.from({ length: 20 }, (_, no) => ({ ...rest, id: String(no), data: large }));
      for (const event of sent) await engine.putEvents(tenant, [event as CloudEvent]);
      await engine.putEvents(tenant, [paid(20, 20)]);
      const isEnded = async (run: RunId) => (await engine.getRun(tenant, run)).status === "completed";
      for (const run of runs) await until(() => isEnded(run));
      // The events themselves are there once, and once more in the log of the store.
      const grownBytes = stored() - before;
      assert.ok(grownBytes < 6_000_000, `the store has grown by ${grownBytes} bytes`);
      const { events } = await engine.listEvents(tenant, runs[0] as RunId, 0, 100, 0);
      const ids = events.flatMap(({ type, data }) =>
        type === "wait.passed_over" ? [(data as { readonly id?: unknown }).id] : [],
      );
      assert.deepEqual(
        ids.toSorted((one, other) => Number(one) - Number(other)),
        sent.map(({ id }) => id),
      );
    },
    '"event.data.amount > 10"',
  ));
