// Workflows in the browser: written, saved byte for byte, compared, started; drafts that survive; what two write at once.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ScriptedService } from "../process/scripted-service.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { assertAccessible, launchChromium } from "./chromium.ts";
import { picture } from "./picture.ts";
import { signedIn } from "./signed-in.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-workflows-"));
const service = new ScriptedService();
let engine: EngineUnderTest;
let browser: Browser;
let base = "";

const order = (version: number) => `# Orders, as the shop sends them.
name: order
version: ${version}   # the number of the version
description: Charge, then ship.
triggers:
  - type: http
    schema:
      type: object
      required: [item]
      properties:
        item: { type: string }
steps:
  charge:
    request: { method: POST, url: "${base}/charge", body: { item: "{{ trigger.body.item }}" } }   # once
  ship:
    after: [charge]
    request: { method: POST, url: "${base}/ship", headers: { x-key: "{{ secrets.SHOP_KEY }}" } }
`;

before(async () => {
  base = await service.start();
  engine = await startDev(home);
  browser = await launchChromium();
  await engine.client.putSecret("SHOP_KEY", "s3cret-value", { allowedHosts: null });
});

after(async () => {
  await browser?.close();
  engine.child.kill("SIGTERM");
  await engine.ended;
  service.stop();
  rmSync(home, { recursive: true, force: true });
});

const open = (path: string, look = {}) => signedIn(browser, { url: engine.url, home, path }, look);
const text = (page: Page) => page.getByRole("textbox", { name: "Workflow document" });
const status = (page: Page, words: RegExp) => page.getByRole("status").filter({ hasText: words }).first();

async function write(page: Page, written: string): Promise<void> {
  await text(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(written);
}

test("a new workflow begins with a good document, and is saved as it is written", async () => {
  const { page, context, assertClean } = await open("/workflows");
  await page.getByText("There is no workflow yet").waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "New workflow" }).click();
  await status(page, /No problems/).waitFor();
  await page.locator("[data-step=ship]").waitFor();
  await write(page, order(1));
  await page.getByRole("button", { name: "Save as version 1" }).click();
  await page.waitForURL("**/workflows/order");
  await status(page, /Version 1, as stored/).waitFor();
  assert.equal((await engine.client.getWorkflow("order")).text, order(1));
  assertClean();
  await context.close();
});

test("saving writes the next number into the text and keeps every other byte, comments too; then versions differ", async () => {
  const { page, context, assertClean } = await open("/workflows/order");
  await text(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("# the end");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await status(page, /Version 2, as stored/).waitFor();
  assert.equal((await engine.client.getWorkflow("order")).text, `${order(2)}# the end`);
  await page.getByRole("link", { name: "Versions" }).click();
  await page.waitForURL(/tab=versions/);
  await page.locator(".cm-changedLine").filter({ hasText: "version: 2" }).waitFor();
  await picture(page, "workflow-versions-light");
  await assertAccessible(page);
  assertClean();
  await context.close();
});

test("completion knows steps and secrets; a problem is shown at its line while one types; the graph keeps the last valid", async () => {
  const { page, context, assertClean } = await open("/workflows/order");
  await text(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n  mail:\n    after: [");
  const offered = page.locator(".cm-tooltip-autocomplete li");
  await page.keyboard.press("Control+Space");
  await offered.filter({ hasText: "charge" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.insertText('chrage]\n    request: { method: GET, url: "http://a/{{ secrets.');
  await page.keyboard.press("Control+Space");
  await offered.filter({ hasText: "SHOP_KEY" }).click();
  await page.keyboard.insertText(' }}" }');
  const problem = page.getByRole("list", { name: "Problems" }).getByRole("button").first();
  await problem.filter({ hasText: "chrage" }).waitFor();
  await problem.filter({ hasText: "line 20" }).waitFor();
  assert.equal(await page.locator("[data-step]").count(), 2);
  await page.locator("[data-step=charge]").click();
  await page.locator("[data-step=charge][aria-pressed=true]").waitFor();
  await page.locator(".cm-line.cm-step").filter({ hasText: "charge:" }).waitFor();
  assert.equal(
    await page.getByRole("button", { name: "Save as version 3" }).getAttribute("title"),
    "it has problems",
  );
  await picture(page, "workflow-editor-problem");
  await assertAccessible(page);
  assertClean();
  await context.close();
});

test("typing over a selection is a change of the document, which the policy of the page allows", async () => {
  const { page, context, assertClean } = await open("/workflows/~new");
  await status(page, /No problems/).waitFor();
  await text(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("name: typed");
  await page.keyboard.press("Enter");
  await page.keyboard.type("version: 1");
  await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.type("d");
  await page.getByText("name: typed", { exact: true }).waitFor();
  await page.getByText("version: 1").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await page.getByText("version: 1").waitFor();
  assertClean();
  await context.close();
});

test("a draft survives reload and other pages, is asked for before leaving, and ends by discarding or signing out", async () => {
  const { page, context, assertClean } = await open("/workflows/order");
  await text(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n# draft of mine");
  await status(page, /Draft on version 2/).waitFor();
  await page.reload();
  await status(page, /Draft on version 2/).waitFor();
  assert.match(await text(page).innerText(), /draft of mine/);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Workflows" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave, keep the draft" }).click();
  await page.getByRole("row", { name: /order.*draft/ }).waitFor();
  await page.getByRole("link", { name: "order", exact: true }).click();
  await page.getByRole("button", { name: "Discard draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard draft" }).click();
  await status(page, /Version 2, as stored/).waitFor();
  assert.doesNotMatch(await text(page).innerText(), /draft of mine/);
  await text(page).click();
  await page.keyboard.insertText("# mine ");
  await status(page, /Draft on/).waitFor();
  await page.locator("summary", { hasText: "ten_" }).first().click();
  await page.getByRole("button", { name: "Sign out of this one" }).click();
  await page.getByRole("heading", { name: "Sign in to Dispatched" }).waitFor();
  assert.ok(!((await page.evaluate("JSON.stringify({ ...sessionStorage })")) as string).includes("mine"));
  assertClean();
  await context.close();
});

test("what another stored meanwhile is shown beside, and is not overwritten", async () => {
  const { page, context, assertClean } = await open("/workflows/order");
  await text(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n# mine");
  await engine.client.putWorkflow("order", `${order(3)}# theirs`, "yaml");
  await page.getByRole("button", { name: "Save as version 3" }).click();
  const dialog = page.getByRole("dialog", { name: /Version 3 of order was stored meanwhile/ });
  await dialog.locator(".cm-line").filter({ hasText: "# theirs" }).waitFor();
  assert.match((await engine.client.getWorkflow("order")).text, /theirs$/);
  await picture(page, "workflow-conflict");
  await dialog.getByRole("button", { name: "Save mine as version 4" }).click();
  await status(page, /Version 4, as stored/).waitFor();
  assert.match((await engine.client.getWorkflow("order")).text, /version: 4 .*# mine$/s);
  assert.match((await engine.client.getWorkflow("order", "3")).text, /theirs$/);
  assertClean();
  await context.close();
});

test("the trigger's form starts a run, and an expression is evaluated over it without a call", async () => {
  const { page, context, assertClean } = await open("/workflows/order?tab=trigger");
  await page.getByLabel(/^item/).fill("book");
  await page.getByRole("button", { name: "Start a run" }).click();
  const link = page.getByRole("link", { name: /^run_/ });
  await link.waitFor();
  const run = (await link.innerText()).trim();
  const ended = await engine.client.getRun(run, 10);
  assert.equal(ended.status, "completed");
  assert.deepEqual(service.of("/charge").at(-1)?.body, { item: "book" });
  await assertAccessible(page);
  await picture(page, "workflow-trigger-light");
  const asked = service.asked.length;
  await page.getByRole("link", { name: "Editor" }).click();
  await page.getByText("Try an expression over a past run").click();
  await page.getByLabel("Expression").fill("trigger.body.item");
  await page.getByRole("button", { name: "Evaluate" }).click();
  await page.getByRole("region", { name: "Value" }).getByText('"book"').waitFor();
  assert.equal(service.asked.length, asked);
  await page.getByRole("link", { name: "Who is called" }).click();
  await page.getByText("is stored").waitFor();
  await page.getByText(base.slice("http://".length)).waitFor();
  await assertAccessible(page);
  assertClean();
  await context.close();
});

const nightly = `name: nightly
version: 1
description: Each night, and when stock is counted.
triggers:
  - { type: cron, schedule: "30 2 * * 1-5", timezone: Europe/Berlin }
  - { type: event, event: stock.counted }
steps:
  ask: { wait: { event: stock.closed, subject: "{{ run.id }}" } }
  parts: { workflow: { name: parts }, after: [ask] }
  gone: { workflow: { name: gone, version: 3 } }
  tell: { request: { method: GET, url: "https://{{ secrets.NO_SUCH_HOST }}/" } }
`;

for (const [number, look] of ([{ theme: "light" }, { theme: "dark" }, { phone: true }] as const).entries()) {
  const name = "phone" in look ? "phone" : look.theme;
  test(`what starts a workflow, and what it uses, is told by the engine (${name})`, async () => {
    const { client } = engine;
    const version = 1 + number;
    await client.putWorkflow("nightly", nightly.replace("version: 1", `version: ${version}`), "yaml");
    await client.putWorkflow(
      "parts",
      `name: parts\nversion: ${version}\ntriggers: []\nsteps: { one: { value: 1 } }\n`,
      "yaml",
    );
    const { page, context, assertClean } = await open("/workflows", look);
    const row = (workflow: string) =>
      page.getByRole("row", { name: new RegExp(`^${workflow} version ${version}`) });
    await row("nightly").getByText("At 02:30, Monday through Friday (Europe/Berlin)").waitFor();
    await row("nightly").getByText("event stock.counted").waitFor();
    const { workflows } = await client.listWorkflows(undefined, { triggers: true, stats: false });
    const next = workflows.find((one) => one.name === "nightly")?.triggers?.[0]?.next ?? "";
    assert.ok(Date.parse(next) > Date.now(), next);
    await row("nightly").locator(`time[datetime="${next}"]`).waitFor();
    await row("parts").getByText("other workflows").waitFor();
    await page
      .getByRole("row", { name: /^order/ })
      .getByText("request or webhook")
      .waitFor();
    await assertAccessible(page);
    await picture(page, `workflows-${name}`);
    const wide = (await page.evaluate("document.documentElement.scrollWidth - innerWidth")) as number;
    assert.ok(wide <= 0, `${wide} points too wide`);
    await page.goto("/workflows/nightly?tab=calls");
    const part = (title: string) => page.getByRole("region", { name: title, exact: true });
    await part("Hosts").getByText("decided by an expression when it runs").waitFor();
    await part("Secrets").getByText("NO_SUCH_HOST").waitFor();
    await part("Secrets").getByText("is missing").waitFor();
    assert.match(await part("Workflows that it starts").innerText(), /parts\s+is stored\s+in parts\s+gone/);
    assert.match(await part("Events").innerText(), /stock.counted\s+starts it\s+stock.closed\s+in ask/);
    await assertAccessible(page);
    await picture(page, `workflow-calls-${name}`);
    assertClean();
    await context.close();
    for (const one of ["nightly", "parts"]) await client.deleteWorkflow(one);
  });
}

for (const look of [{ theme: "light" }, { theme: "dark" }, { phone: true }] as const) {
  const name = "phone" in look ? "phone" : look.theme;
  test(`workflows and the editor are for everybody (${name})`, async () => {
    const { page, context, assertClean } = await open("/workflows", look);
    await page.getByRole("link", { name: "order", exact: true }).waitFor();
    if (name !== "phone") {
      await page.getByRole("row", { name: /order.*1 completed/ }).waitFor();
      await page.getByRole("img", { name: /^The last 1: 1 completed; \d+ ms to \d+ ms$/ }).waitFor();
    }
    await assertAccessible(page);
    await page.getByRole("link", { name: "order", exact: true }).click();
    await page.locator("[data-step=ship]").waitFor();
    await status(page, /No problems/).waitFor();
    await assertAccessible(page);
    await picture(page, `workflow-editor-${name}`);
    const wide = (await page.evaluate("document.documentElement.scrollWidth - innerWidth")) as number;
    assert.ok(wide <= 0, `${wide} points too wide`);
    assertClean();
    await context.close();
  });
}

test("a workflow is deleted once it is told what ends with it, and no version that was not seen", async () => {
  const { page, context, assertClean } = await open("/workflows/order");
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete order?" });
  await dialog.getByText("Active runs go on").waitFor();
  const seen = (await engine.client.getWorkflow("order")).version;
  await dialog.getByText(`Its newest version is ${seen}.`).waitFor();
  await engine.client.putWorkflow("order", order(seen + 1), "yaml");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("alert").waitFor();
  await dialog.getByText(`Its newest version is ${seen + 1}.`).waitFor();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("There is no workflow yet").waitFor();
  assert.deepEqual((await engine.client.listWorkflows()).workflows, []);
  await assert.rejects(engine.client.startRun("order", { body: '{"item": "book"}' }), {
    code: "workflow_deleted",
  });
  assertClean();
  await context.close();
});

test("the editor and the graph are no part of the first view", async () => {
  const html = await (await fetch(`${engine.url}/workflows`)).text();
  for (const [, path] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)) {
    const script = await (await fetch(`${engine.url}${path}`)).text();
    assert.ok(!script.includes("cm-tooltip-autocomplete") && !script.includes("graph-drawing"), path);
  }
});
