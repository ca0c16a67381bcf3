// Ends of runs that are not plain: undone in part and then whole, rejected, failed in a child of a child; on a narrow window.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { ScriptedService } from "../process/scripted-service.ts";
import { ended, until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";
import { held } from "./held.ts";
import { picture } from "./picture.ts";

const service = new ScriptedService();
let address = "";
const dev = devEngine({}, async () => {
  address = await service.start();
  service.scripts.set("/refund", () => [500, {}]);
  service.scripts.set("/no", () => [422, { error: "canary of the depth" }]);
});
after(() => service.stop());

async function put(name: string, steps: string, triggers = "[{type: http}]"): Promise<void> {
  const text = `name: ${name}\nversion: 1\ntriggers: ${triggers}\n${steps}\n`;
  await dev.engine().client.putWorkflow(name, text, "yaml");
}

/** The step in the graph, while it has this status. */
const inGraph = (page: Page, step: string, status: string) =>
  page.locator(`.graph-step[data-status=${status}]`, { has: page.locator(`[data-step=${step}]`) });

const start = async (name: string) => (await dev.engine().client.startRun(name, { body: null })).run;

test("what could not be undone is undone again from the page, which then says so", async () => {
  const { client } = dev.engine();
  const undo = (path: string) =>
    `compensate: {request: {method: POST, url: "${address}${path}"}, retry: {max: 0}}`;
  await put(
    "partly",
    `steps:
  pay: {request: {method: POST, url: "${address}/pay"}, ${undo("/refund")}}
  hold: {after: [pay], request: {method: POST, url: "${address}/hold"}, ${undo("/release")}}
  mail: {after: [hold], request: {method: POST, url: "${address}/no"}}`,
  );
  const run = await start("partly");
  assert.equal((await ended(client, run)).compensation, "partial");
  const { page, context, assertClean } = await dev.open(`/runs/${run}`);
  const verdict = page.getByRole("region", { name: "Verdict" });
  await verdict.getByText(/compensation partial/).waitFor();
  assert.match(await verdict.innerText(), /could not be undone: pay/);
  const again = page.getByRole("toolbar", { name: "Actions" }).getByRole("button", { name: "Undo again" });
  const told = await held(page, "**/compensate");
  await again.click();
  await page.getByTitle("The engine is being told").first().waitFor();
  await verdict.getByRole("button", { name: "Undo again" }).click({ force: true });
  await told.release();
  await page.getByText("It is being undone again").waitFor();
  assert.equal(told.count(), 1);
  // Refused once more, it stays as it was.
  await until(client, run, ({ ended_at }) => ended_at !== null && service.of("/refund").length === 2);
  await verdict.getByText(/compensation partial/).waitFor();
  service.scripts.set("/refund", () => [200, {}]);
  await verdict.getByRole("button", { name: "Undo again" }).click();
  await verdict.getByText(/compensation complete/).waitFor();
  const whole = await client.getRun(run);
  assert.deepEqual([whole.status, whole.compensation], ["failed", "complete"]);
  assert.deepEqual([service.of("/refund").length, service.of("/release").length], [3, 1]);
  await inGraph(page, "pay", "compensated").waitFor();
  await page.locator(`[data-seq='${whole.seq}']`).waitFor();
  assert.equal(await again.getAttribute("title"), "Nothing is left to be undone");
  await page.locator("[data-step=pay]").click();
  const panel = page.getByRole("complementary", { name: "Step pay" });
  await panel.getByRole("tab", { name: "Attempts" }).click();
  await panel
    .getByRole("button", { name: /Undoing 1/ })
    .last()
    .click();
  // The answer of what undid it, not that of the call with the same number.
  await panel.getByText("· undoing 1").waitFor();
  assert.match(page.url(), /attempt=1.*kind=undo|kind=undo.*attempt=1/);
  assertClean();
  await context.close();
});

test("a rejected step says so, and what stands behind it was skipped", async () => {
  await put(
    "decided",
    `steps:
  approve: {wait: {signal: decision, timeout: 50ms, on_timeout: reject}}
  pay: {after: [approve], value: paid}`,
  );
  const run = await start("decided");
  const { steps, status } = await ended(dev.engine().client, run);
  assert.deepEqual([status, ...steps.map((step) => step.status)], ["completed", "rejected", "skipped"]);
  const { page, context, assertClean } = await dev.open(`/runs/${run}?step=approve`);
  await page.getByRole("heading", { level: 1 }).locator("[data-status=completed]").waitFor();
  await inGraph(page, "approve", "rejected").waitFor();
  await inGraph(page, "pay", "skipped").waitFor();
  await page
    .getByRole("complementary", { name: "Step approve" })
    .getByText(/rejected/)
    .first()
    .waitFor();
  const { consequence } = await dev.engine().client.explain(run);
  assert.equal(consequence, "rejected, because nothing came in time: approve; skipped behind it: pay");
  await page.getByRole("region", { name: "Verdict" }).getByText(String(consequence)).waitFor();
  await assertAccessible(page);
  await picture(page, "run-rejected");
  assertClean();
  await context.close();
});

test("the cause is followed through a child to the child of that child", async () => {
  await put("inner", `steps: {deep: {request: {method: POST, url: "${address}/no"}}}`, "[]");
  await put("middle", "steps: {part: {workflow: {name: inner}}}", "[]");
  await put("outer", "steps: {whole: {workflow: {name: middle}}}");
  const run = await start("outer");
  await ended(dev.engine().client, run);
  const { page, context, assertClean } = await dev.open(`/runs/${run}`);
  const verdict = page.getByRole("region", { name: "Verdict" });
  await verdict.getByText(/^failed at whole/).waitFor();
  assert.match(await verdict.locator("[data-cause]").innerText(), /422/);
  assert.match(await verdict.locator("[data-where]").innerText(), /deep, attempt 1 · POST .*\/no/);
  await verdict.getByRole("link", { name: "middle · part" }).waitFor();
  await page.locator("[data-step=whole]").waitFor();
  await picture(page, "run-deep");
  await verdict.getByRole("link", { name: "inner · deep" }).click();
  await page.getByRole("complementary", { name: "Step deep" }).waitFor();
  await verdict.getByText(/^failed at deep/).waitFor();
  await page.getByRole("tab", { name: "Response" }).click();
  await page.getByText("canary of the depth").first().waitFor();
  assertClean();
  await context.close();
});

test("1,024 points wide the panel of a step lies over the page, has the focus, and gives it back", async () => {
  await put(
    "narrow",
    `steps: {one: {value: 1}, two: {after: [one], request: {method: POST, url: "${address}/no"}}}`,
  );
  const run = await start("narrow");
  await ended(dev.engine().client, run);
  const { page, context, assertClean } = await dev.open("/runs");
  await page.setViewportSize({ width: 1_024, height: 768 });
  await page.goto(`/runs/${run}`);
  const node = page.locator("[data-step=one]").first();
  await node.waitFor();
  const graph = page.getByRole("region", { name: "Graph of the steps" });
  const before = await graph.boundingBox();
  assert.equal(await page.getByRole("complementary").count(), 0, "the verdict comes first");
  await node.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("complementary", { name: "Step one" });
  await panel.waitFor();
  const [box, over] = [await graph.boundingBox(), await panel.boundingBox()];
  assert.deepEqual(box, before, "nothing moves under it");
  assert.ok(over !== null && box !== null && over.x < box.x + box.width, "it lies over the graph");
  assert.equal(over.x + over.width, 1_024);
  assert.equal(over.height, 768);
  assert.ok(await panel.evaluate((element) => element.matches(":focus-within")));
  await assertAccessible(page);
  await picture(page, "run-1024");
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.ok(await node.evaluate((element) => element.matches(":focus")));
  await page.goto(`/runs/${run}?step=two`);
  await page.getByRole("complementary", { name: "Step two" }).getByRole("button", { name: "Close" }).click();
  await page.getByRole("complementary").waitFor({ state: "detached" });
  assertClean();
  await context.close();
});
