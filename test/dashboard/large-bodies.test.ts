// Large bodies in the panel of a step and in an event: told by their size, shown when they are asked for, broken by nothing.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";

const service = new ScriptedService();
let address: string;
const note = "n".repeat(100_000);

const dev = devEngine({}, async () => {
  address = await service.start();
  service.scripts.set("/large", () => [200, { first: "canary in a large body", note }]);
});
after(() => service.stop());

test("the panel offers what is large, and shows it; so does an event", async () => {
  const { client } = dev.engine();
  await client.putSecret("TOKEN", "secret canary");
  const text = `name: large
version: 1
triggers: [{type: http}]
steps:
  get: {request: {method: POST, url: "${address}/large", body: {given: "{{ trigger.body }}"}}}
  say: {after: [get], request: {method: POST, url: "${address}/large", body: {all: "{{ secrets.TOKEN }} {{ steps.get.output.note }}"}}}
output: "{{ steps.get.output }}"
`;
  await client.putWorkflow("large", text, "yaml");
  const { run } = await client.startRun("large", { body: JSON.stringify(`large input ${note}`) });
  await until(client, run, ({ ended_at }) => ended_at !== null);

  const { page, context, assertClean } = await dev.open(`/runs/${run}?step=get&tab=response`);
  const panel = page.getByRole("complementary", { name: "Step get" });
  await panel.getByText("2 bodies are large, and not shown yet").waitFor();
  await panel.getByText("not shown yet]").waitFor();
  await assertAccessible(page);
  await panel.getByRole("button", { name: "Show them" }).click();
  await panel.getByText("canary in a large body").waitFor();
  assert.equal(await panel.getByText("not shown yet").count(), 0);
  await panel.getByRole("tab", { name: "Request" }).click();
  await panel.getByText("large input nnn").first().waitFor();
  await panel.getByRole("tab", { name: "Summary" }).click();
  await panel.getByRole("button", { name: "Show its output" }).click();
  await panel.getByText("canary in a large body").waitFor();

  await page.goto(`/runs/${run}?step=say&tab=request`);
  const say = page.getByRole("complementary", { name: "Step say" });
  await say.getByText("$TOKEN").first().waitFor();
  await say.getByRole("button", { name: /^Show (it|them)$/ }).click();
  await say.getByText("nnnnn").first().waitFor();

  await page.goto(`/runs/${run}?event=1`);
  const event = page.getByRole("dialog", { name: "Event 1" });
  await event.getByText("One body is large").waitFor();
  await event.getByRole("button", { name: "Show it" }).click();
  await event.getByText("large input nnn").waitFor();
  assertClean();
  await context.close();
});
