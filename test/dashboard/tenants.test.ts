// What is one tenant's is shown to nobody else: every address of the router, asked by another, by nobody, and after a switch.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import type { Device } from "../../src/client/index.ts";
import { ScriptedService } from "../process/scripted-service.ts";
import { registerTenant } from "../process/second-tenant.ts";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { until } from "../process/until.ts";
import { root } from "../tidy/source-files.ts";
import { openPage } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";

/** Stands in everything that the first tenant has; its workflow's name alone is in addresses. */
const canary = /kanarie/i;
const name = "first-flow";
const service = new ScriptedService();
let run = "";
let callback = "";
let ids: readonly string[] = [];
let second: Device;

const document = (address: string) => `name: ${name}
version: 1
description: Of the kanarie.
triggers:
  - type: http
    schema: {type: object, properties: {kanarie_field: {type: string}}}
labels: {who: "{{ trigger.body.kanarie_field }}"}
steps:
  kanarie_calls: {request: {method: POST, url: "${address}/calls", headers: {x: "{{ secrets.KANARIE_KEY }}"}, body: {at: "{{ trigger.body.kanarie_field }}"}}}
  kanarie_asks:
    after: [kanarie_calls]
    request: {method: POST, url: "${address}/ask", body: {answer: "{{ callback.url }}"}}
    wait: {timeout: 1h, show: {title: "Does kanarie pay?"}}
`;

async function fill({ client, url }: EngineUnderTest): Promise<void> {
  const address = await service.start();
  service.scripts.set("/ask", ({ body }) => {
    callback = String(body["answer"]);
    return [202, {}];
  });
  service.scripts.set("/calls", ({ body }) => [body["at"] === "kanarie fails" ? 422 : 200, { kanarie: 1 }]);
  await client.putSecret("KANARIE_KEY", "kanarie-secret", { allowedHosts: null });
  await client.putWorkflow(name, document(address), "yaml");
  const hook = await client.createHook(name);
  const failed = await client.startRun(name, { body: '{"kanarie_field": "kanarie fails"}' });
  await until(client, failed.run, ({ status }) => status === "failed");
  ({ run } = await client.startRun(name, { body: '{"kanarie_field": "kanarie waits"}' }));
  await until(client, run, ({ status }) => status === "waiting");
  ids = [run, failed.run, hook.id];
  second = await registerTenant(url);
}

const dev = devEngine({ DISPATCHED_REGISTRATION: "open" }, fill);
after(() => service.stop());

const parts = ["schedules", "hooks", "grants", "inbox", "hosts", "keys", "sessions", "signing", "audit"];
const queries: Readonly<Record<string, readonly string[]>> = {
  "/runs": ["view=failures", `workflow=${name}`],
  "/runs/$run": ["step=kanarie_calls&tab=response", "view=timeline"],
  "/workflows/$name": ["tab=versions", "tab=trigger", "tab=calls"],
};

/** Of every route of the router, with ids of the first tenant in it. A parameter that is not known here fails. */
function addresses(): readonly string[] {
  const router = readFileSync(join(root, "dashboard/src/app/router.tsx"), "utf8");
  const paths = [...router.matchAll(/\bat\("([^"]+)"/g)].map(([, path]) => path ?? "");
  assert.ok(paths.length >= 11, "the routes are found");
  return paths.flatMap((path) => {
    const named = path.replace("$run", run).replace("$name", name);
    const pages = named.includes("$part") ? parts.map((part) => named.replace("$part", part)) : [named];
    assert.ok(pages.every((page) => !page.includes("$")));
    return pages.flatMap((page) => [page, ...(queries[path] ?? []).map((query) => `${page}?${query}`)]);
  });
}

async function enter(page: Page, device: Device): Promise<void> {
  const { tenant, apiKey, privateKey, serverKeys } = device;
  const file = { tenant, api_key: apiKey, private_key: privateKey, server_keys: serverKeys };
  const buffer = Buffer.from(JSON.stringify(file));
  await page
    .getByLabel("Choose a key file")
    .setInputFiles({ name: "key.json", mimeType: "application/json", buffer });
}

/** What the page holds, its title and what the tab keeps; without what the address itself asks for. */
async function held(page: Page, address: string): Promise<string> {
  const all = (await page.evaluate(
    "[document.title, document.documentElement.outerHTML, JSON.stringify({ ...sessionStorage })].join()",
  )) as string;
  const asked = new URL(address, "http://page").pathname.split("/").filter((part) => part.length > 4);
  return asked.reduce((text, part) => text.replaceAll(part, ""), all).replaceAll(/step=kanarie\w+/g, "");
}

function assertNothing(text: string, where: string): void {
  assert.doesNotMatch(text, canary, where);
  for (const id of ids) assert.ok(!text.includes(id), `${where} shows ${id}`);
}

test("another tenant is answered and shown nothing at any address of the first", async () => {
  const { page, context, assertClean } = await openPage(dev.browser(), dev.engine().url);
  await page.goto("/runs");
  await enter(page, second);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    const type = response.headers()["content-type"] ?? "";
    if (response.url().includes("/api/") && type.includes("json"))
      answers.push(response.text().catch(() => ""));
  });
  for (const address of addresses()) {
    await page.goto(address);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("load");
    await page.getByText(/^Load(s|ing)/).waitFor({ state: "detached" });
    assertNothing(await held(page, address), address);
  }
  assert.ok(answers.length > 20, `${answers.length} answers were looked at`);
  for (const answer of await Promise.all(answers)) assert.doesNotMatch(answer, canary);
  assertClean();
  await context.close();
});

test("who is not signed in is shown the way in at every address, and nothing else", async () => {
  const { page, context, assertClean } = await openPage(dev.browser(), dev.engine().url);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  for (const address of addresses().filter((one) => !one.includes("?"))) {
    await page.goto(address);
    await page.getByRole("heading", { name: "Sign in to Dispatched" }).waitFor();
    assertNothing(await held(page, address), address);
  }
  assert.deepEqual(
    asked.filter((path) => path.startsWith("/api/")),
    [],
  );
  assertClean();
  await context.close();
});

/** Notes whatever of the first tenant stands in the page while the second is the one that is shown. */
const watch = (tenant: string) => `{
  window.leaks = [];
  const look = () => {
    const shown = document.querySelector("nav summary code")?.textContent ?? "";
    if (shown.endsWith(${JSON.stringify(tenant.slice(-4))}) && /kanarie/i.test(document.body.textContent + document.title + location.href))
      window.leaks.push(location.href + " " + document.body.textContent.slice(0, 400));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}`;

const summary = (page: Page) => page.locator("nav summary").first();

async function switchTo(page: Page, tenant: string): Promise<void> {
  await summary(page).click();
  await page
    .locator("nav details[open] button", { hasText: tenant.slice(-4) })
    .first()
    .click();
  await summary(page)
    .filter({ hasText: tenant.slice(-4) })
    .waitFor();
}

async function firstTenant(page: Page): Promise<string> {
  const { tenant } = await dev.engine().client.showSession();
  await summary(page)
    .filter({ hasText: tenant.slice(-4) })
    .waitFor();
  return tenant;
}

test("after a switch in the same tab nothing of the first is left: no page, no title, no address, no cache", async () => {
  const { page, context, assertClean } = await dev.open(`/runs/${run}?step=kanarie_calls&tab=response`);
  const first = await firstTenant(page);
  await page.getByRole("complementary", { name: "Step kanarie_calls" }).waitFor();
  await page.evaluate(watch(second.tenant));
  await summary(page).click();
  await page.getByRole("button", { name: "Sign in as another" }).click();
  await enter(page, second);
  await summary(page)
    .filter({ hasText: second.tenant.slice(-4) })
    .waitFor();
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/runs");
  const rail = page.getByRole("navigation", { name: "Pages" });
  for (const place of ["Runs", "Waits", "Workflows", "Automations", "Secrets", "Settings"]) {
    await switchTo(page, first);
    await rail.getByRole("link", { name: place, exact: true }).click();
    await page.getByRole("heading", { name: place, exact: true }).waitFor();
    await page.getByText(/^Loading/).waitFor({ state: "detached" });
    if (place === "Runs") await page.goto(`/runs?label=who%3Dkanarie%20waits`);
    if (["Waits", "Secrets"].includes(place)) await page.getByText(canary).first().waitFor();
    await page.evaluate(watch(second.tenant));
    await switchTo(page, second.tenant);
    await page.getByRole("heading", { name: place, exact: true }).waitFor();
    await page.getByText(/^Loading/).waitFor({ state: "detached" });
    assertNothing((await held(page, "/")) + page.url(), `${place} after the switch`);
    assert.deepEqual(await page.evaluate("window.leaks"), []);
  }
  await summary(page).click();
  await page.getByRole("button", { name: "Sign out of this one" }).click();
  await summary(page)
    .filter({ hasText: first.slice(-4) })
    .waitFor();
  await summary(page).click();
  await page.getByRole("button", { name: "Sign out of this one" }).click();
  await page.getByRole("heading", { name: "Sign in to Dispatched" }).waitFor();
  assertNothing((await held(page, "/")) + page.url(), "signed out");
  assertClean();
  await context.close();
});

test("a draft outlives the end of its session by the overlay, and is of its tenant alone", async () => {
  const { page, context, assertClean } = await dev.open(`/workflows/${name}`);
  const first = await firstTenant(page);
  const text = page.getByRole("textbox", { name: "Workflow document" });
  const draft = page.getByRole("status").filter({ hasText: "Draft on version 1" }).first();
  await text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("# kanarie draft");
  await draft.waitFor();
  // Loaded anew, the page has the session and the draft, and the key no more.
  await page.reload();
  await draft.waitFor();
  await page.evaluate(async () => {
    const { accounts } = JSON.parse(sessionStorage.getItem("dispatched.sessions") ?? "{}");
    await fetch("/api/session", { method: "DELETE", headers: { "dispatched-session": accounts[0].token } });
  });
  await page.getByRole("button", { name: "Save as version 2" }).click();
  const overlay = page.getByRole("dialog", { name: "The session has ended" });
  await overlay.waitFor();
  await overlay.getByLabel("Choose a key file").setInputFiles(join(dev.home, "credentials.json"));
  await page.getByRole("status").filter({ hasText: "Version 2, as stored" }).first().waitFor();
  assert.match((await dev.engine().client.getWorkflow(name)).text, /# kanarie draft$/);
  await text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("\n# kanarie again");
  await page.getByRole("status").filter({ hasText: "Draft on version 2" }).first().waitFor();
  await page.evaluate(watch(second.tenant));
  await summary(page).click();
  await page.getByRole("button", { name: "Sign in as another" }).click();
  await enter(page, second);
  await summary(page)
    .filter({ hasText: second.tenant.slice(-4) })
    .waitFor();
  await page.getByText("There is no workflow yet").waitFor();
  assert.equal(await page.getByText("draft").count(), 0);
  assert.deepEqual(await page.evaluate("window.leaks"), []);
  await page.getByRole("button", { name: "New workflow" }).click();
  await text.waitFor();
  assert.doesNotMatch(await text.innerText(), canary);
  await switchTo(page, first);
  await page.getByRole("row", { name: new RegExp(`${name}.*draft`) }).waitFor();
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("status").filter({ hasText: "Draft on version 2" }).first().waitFor();
  assert.match(await text.innerText(), /kanarie again/);
  assertClean();
  await context.close();
});

test("the page of a callback is shown to who has its whole address", async () => {
  const { page, context, assertClean } = await openPage(dev.browser(), dev.engine().url);
  await page.goto("/runs");
  await enter(page, second);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  const flipped = callback.slice(0, -1) + (callback.endsWith("A") ? "B" : "A");
  for (const address of [flipped, callback.slice(0, -1), callback.slice(0, callback.lastIndexOf("/") + 1)]) {
    await page.goto(address);
    assert.doesNotMatch(await page.content(), canary, address);
    const answered = await page.request.post(address, { data: { approved: true } });
    assert.ok(answered.status() >= 400, address);
  }
  assert.equal((await dev.engine().client.getRun(run)).status, "waiting");
  await page.goto(callback);
  await page.getByText("Does kanarie pay?").first().waitFor();
  assertClean();
  await context.close();
});
