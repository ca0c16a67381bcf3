// Signing in by the browser: each way, several tenants, the end of a session, and what a page shows to nobody.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { nextPrivateKey, rotateKey } from "../../src/client/rotate-key.ts";
import { localSession } from "../process/local-session.ts";
import { registerTenant } from "../process/second-tenant.ts";
import { type EngineUnderTest, startDev } from "../process/start-engine.ts";
import { assertAccessible, launchChromium, openPage } from "./chromium.ts";
import { held } from "./held.ts";
import { picture } from "./picture.ts";
import { signedIn } from "./signed-in.ts";

const home = mkdtempSync(join(tmpdir(), "dispatched-dashboard-"));
let engine: EngineUnderTest;
let browser: Browser;

before(async () => {
  engine = await startDev(home, { DISPATCHED_REGISTRATION: "open" });
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
});

const rail = (page: Page) => page.getByRole("navigation", { name: "Pages" });

/** Everything that the page keeps, and its address. */
function kept(page: Page): Promise<string> {
  return page.evaluate(
    "JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }, document.cookie])",
  );
}

for (const look of [{ theme: "light" }, { theme: "dark" }, { phone: true }] as const) {
  const name = "phone" in look ? "phone" : look.theme;
  test(`a key file signs in (${name}), and the private key is kept nowhere`, async () => {
    const { page, context, assertClean } = await openPage(browser, engine.url, look);
    await page.goto("/runs");
    await page.getByRole("heading", { name: "Sign in to Dispatched" }).waitFor();
    await assertAccessible(page);
    await picture(page, `sign-in-${name}`);
    await page.getByLabel("Choose a key file").setInputFiles(join(home, "credentials.json"));
    await rail(page).waitFor();
    await assertAccessible(page);
    const { entry } = localSession(home);
    const stored = await kept(page);
    assert.ok(!stored.includes(entry.private_key) && !stored.includes(entry.api_key));
    await page.reload();
    await rail(page).waitFor();
    assertClean();
    await context.close();
  });
}

test("pasted keys sign in; wrong ones are told, and no page is shown", async () => {
  const { page, context, assertClean } = await openPage(browser, engine.url);
  const { entry } = localSession(home);
  await page.goto("/secrets");
  await page.getByRole("tab", { name: "Paste keys" }).click();
  await page.getByLabel("Tenant").fill(entry.tenant);
  await page.getByLabel("API key").fill(`${entry.api_key.slice(0, -8)}AAAAAAAA`);
  await page.getByLabel("Private key").fill(entry.private_key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await rail(page).count(), 0);
  await page.getByLabel("API key").fill(entry.api_key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Secrets", exact: true }).waitFor();
  assertClean();
  await context.close();
});

test("a key that took the place of another signs in when it is pasted, and replaces the API key", async () => {
  const { page, context, assertClean } = await openPage(browser, engine.url);
  const first = await registerTenant(engine.url);
  const { tenant, apiKey, privateKey } = await rotateKey(first, { privateKey: nextPrivateKey() });
  await page.goto("/settings/keys");
  await page.getByRole("tab", { name: "Paste keys" }).click();
  await page.getByLabel("Tenant").fill(tenant);
  await page.getByLabel("API key").fill(apiKey);
  await page.getByLabel("Private key").fill(privateKey);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Generation 2.").waitFor();
  await page.getByRole("button", { name: "Put another in its place" }).last().click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the key file" }).click(),
  ]);
  await page.getByRole("button", { name: "Put it in place" }).click();
  await page.getByText("The tenant has another API key now").waitFor();
  const again = await openPage(browser, engine.url);
  await again.page.goto("/settings/keys");
  await again.page.getByLabel("Choose a key file").setInputFiles(await download.path());
  await again.page.getByText("Generation 2.").waitFor();
  again.assertClean();
  assertClean();
  await again.context.close();
  await context.close();
});

test("a tenant that is made here must take its key file first, and is one of two in the switcher", async () => {
  const { page, context, assertClean } = await signedIn(browser, { url: engine.url, home });
  await page.locator("summary", { hasText: "ten_" }).first().click();
  await page.getByRole("button", { name: "Sign in as another" }).click();
  await page.getByRole("tab", { name: "New tenant" }).click();
  const made = await held(page, "**/api/tenants");
  const make = page.getByRole("button", { name: "Make keys and tenant" });
  await make.click();
  await page.getByTitle("they are being made").waitFor();
  await make.click({ force: true });
  await made.release();
  const signIn = page.getByRole("button", { name: "Sign in", exact: true });
  await signIn.waitFor();
  assert.equal(made.count(), 1);
  assert.equal(await signIn.getAttribute("aria-disabled"), "true");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the key file" }).click(),
  ]);
  const file = JSON.parse(readFileSync(await download.path(), "utf8")) as Record<string, string>;
  assert.match(file["private_key"] ?? "", /^dprv1_/);
  await signIn.click();
  await page
    .locator("summary", { hasText: file["tenant"]?.slice(-4) ?? "?" })
    .first()
    .click();
  assert.equal(await page.locator("details[open] code").count(), 2 + 1);
  assert.ok(!(await kept(page)).includes(file["private_key"] ?? "?"));
  assertClean();
  await context.close();
});

test("when a session ends, the page asks for the key over what it shows, and goes on", async () => {
  const { page, context, assertClean } = await signedIn(browser, { url: engine.url, home });
  await page.reload();
  await rail(page).waitFor();
  await page.evaluate(async () => {
    const { accounts } = JSON.parse(sessionStorage.getItem("dispatched.sessions") ?? "{}");
    await fetch("/api/session", { method: "DELETE", headers: { "dispatched-session": accounts[0].token } });
  });
  await page.keyboard.press("Control+k");
  const overlay = page.getByRole("dialog", { name: "The session has ended" });
  await overlay.waitFor();
  // Neither the second one, which a browser lets close any dialog, nor what else the browser closes it by.
  await page.getByRole("dialog", { name: "Go to", includeHidden: true }).waitFor({ state: "attached" });
  await overlay.locator(":focus").waitFor({ state: "attached" });
  for (let press = 0; press < 3; press++) await page.keyboard.press("Escape");
  await overlay.getByLabel("Choose a key file").waitFor();
  await overlay.evaluate("(dialog) => dialog.close()");
  await overlay.getByLabel("Choose a key file").waitFor();
  await overlay.getByLabel("Choose a key file").setInputFiles(join(home, "credentials.json"));
  await overlay.waitFor({ state: "detached" });
  await page.getByRole("dialog", { name: "Go to" }).waitFor();
  assertClean();
  await context.close();
});

test("a one-time address of the command line signs in once, without the key, and leaves no code behind", async () => {
  const { page, context, assertClean } = await openPage(browser, engine.url);
  const { code } = await engine.client.makeSignInLink();
  await page.goto(`/secrets#sign-in=${code}`);
  await page.getByRole("heading", { name: "Secrets", exact: true }).waitFor();
  await page.getByText(/^Signed in as ten_/).waitFor();
  assert.ok(!(await kept(page)).includes(code));
  const again = await openPage(browser, engine.url);
  await again.page.goto(`/secrets#sign-in=${code}`);
  await again.page.getByRole("alert").waitFor();
  assert.equal(await rail(again.page).count(), 0);
  again.assertClean();
  assertClean();
  await again.context.close();
  await context.close();
});

test("a one-time address opens its own page where another tenant was shown before", async () => {
  const { page, context, assertClean } = await openPage(browser, engine.url);
  await page.goto("/runs");
  await page.evaluate(() => {
    const other = { tenant: `ten_${"0".repeat(26)}`, token: "none", expiresAt: Date.now() + 3_600_000 };
    const sessions = { accounts: [other], current: other.tenant };
    sessionStorage.setItem("dispatched.sessions", JSON.stringify(sessions));
  });
  const { code } = await engine.client.makeSignInLink();
  await page.goto(`/settings/sessions#sign-in=${code}`);
  await page.getByText(/^Signed in as ten_/).waitFor();
  await rail(page).waitFor();
  assert.equal(new URL(page.url()).pathname, "/settings/sessions");
  assertClean();
  await context.close();
});
