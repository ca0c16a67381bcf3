// The sandbox itself fails: neither an event nor a due time is lost by it, in the inbox or outside of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sandboxUnavailable } from "../../src/ports/sandbox-unavailable.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { Json, JsonObject } from "../../src/value/json.ts";
import { type Node, startNode, everyTenant as tenant, untilEnded } from "../process/every-kind.ts";

const documents = {
  heard: 'triggers: [{type: event, event: order.paid, when: "return trigger.body == 7"}]',
  timed:
    'triggers: [{type: cron, schedule: "* * * * * *", body: {expr: "return trigger.scheduled_at", lang: lua}}]',
};
const event = {
  id: "1",
  source: "shop",
  type: "order.paid",
  specversion: "1.0" as const,
  datacontenttype: "application/json",
  data: 7,
};

interface Away {
  readonly node: Node;
  /** What was to be evaluated when the sandbox was away, and what was evaluated afterwards, as scripts see it. */
  readonly refused: Json[];
  readonly judged: Json[];
  back(): void;
}

/** A node whose sandbox is away. */
async function withAway(run: (away: Away) => Promise<void>): Promise<void> {
  const node = await startNode(new MemoryStore({ exclusive: true }));
  const { sandbox } = node.ports;
  const [refused, judged]: [Json[], Json[]] = [[], []];
  let isAway = true;
  const evaluate: typeof sandbox.evaluate = async (owner, tasks) => {
    for (const { context } of tasks) (isAway ? refused : judged).push(context["trigger"] as Json);
    if (isAway) throw sandboxUnavailable("for now");
    return sandbox.evaluate(owner, tasks);
  };
  const checkLua: typeof sandbox.checkLua = (...given) => sandbox.checkLua(...given);
  Object.assign(node.ports, { sandbox: { evaluate, checkLua, close: async () => {} } });
  const back = () => {
    isAway = false;
  };
  try {
    await run({ node, refused, judged, back });
  } finally {
    await node.engine.stop();
  }
}

async function put({ engine }: Node, name: keyof typeof documents): Promise<void> {
  const text = `name: ${name}\nversion: 1\n${documents[name]}\nsteps: {one: {value: 2}}`;
  await engine.putWorkflow(tenant, { name, text, format: "yaml", dryRun: false });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 1_000, "it does not come to that");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("an event whose condition nobody can evaluate now starts its run later", () =>
  withAway(async ({ node, refused, back }) => {
    await node.signIn(1);
    await put(node, "heard");
    await node.engine.putEvents(tenant, [event]);
    await until(() => refused.length > 0);
    back();
    await untilEnded(node.engine, 1);
  }));

test("so does one that waited in the inbox", () =>
  withAway(async ({ node, refused, back }) => {
    await node.signIn(1);
    await put(node, "heard");
    node.ports.vault.lock(tenant);
    node.engine.locked(tenant);
    await node.engine.putEvents(tenant, [event]);
    assert.equal(refused.length, 0);
    await node.signIn(1);
    await until(() => refused.length > 0);
    back();
    await untilEnded(node.engine, 1);
  }));

test("a due time whose body nobody can evaluate now starts its run later", () =>
  withAway(async ({ node, refused, judged, back }) => {
    await node.signIn(1);
    await put(node, "timed");
    await until(() => refused.length > 0);
    back();
    await untilEnded(node.engine, 1);
    const times = judged.map((trigger) => (trigger as JsonObject)["scheduled_at"]);
    assert.ok(times.includes((refused[0] as JsonObject)["scheduled_at"]), times.join());
  }));
