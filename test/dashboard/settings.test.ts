// Keys, sessions, signing and audit: each action does what it says, and nothing is put in place before it is downloaded.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { Client, createTenant, generateKeyPair, signIn } from "../../src/client/index.ts";
import { assertAccessible, openPage } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const dev = devEngine({ DISPATCHED_REGISTRATION: "open" });

async function downloaded(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

/** A tenant of its own: what is done to its keys disturbs nobody. */
async function ownTenant() {
  const { url } = dev.engine();
  const pair = generateKeyPair();
  const made = await createTenant(url, { publicKey: pair.publicKey });
  const file = JSON.stringify({ ...made, private_key: pair.privateKey });
  const watched = await openPage(dev.browser(), url);
  const enter = async (path: string, text = file) => {
    await watched.page.goto(path);
    await watched.page
      .getByLabel("Choose a key file")
      .setInputFiles({ name: "key.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await watched.page.getByRole("navigation", { name: "Pages" }).waitFor();
  };
  return { ...watched, file, enter, url };
}

test("the private key is replaced: downloaded first, and the old one is refused from then on", async () => {
  const { page, context, assertClean, enter, file, url } = await ownTenant();
  await enter("/settings/keys");
  await page.getByText("Generation 1.").waitFor();
  await page
    .getByRole("region", { name: "Private key" })
    .getByRole("button", { name: "Put another in its place" })
    .click();
  const put = page.getByRole("button", { name: "Put it in place" });
  assert.equal(await put.getAttribute("aria-disabled"), "true");
  const next = JSON.parse(await downloaded(page, "Download the new key file"));
  await put.click();
  await page.getByText("Generation 2.").waitFor();
  const device = (text: string) => {
    const { tenant, api_key, private_key, server_keys, generation } = JSON.parse(text);
    return { url, tenant, apiKey: api_key, privateKey: private_key, serverKeys: server_keys, generation };
  };
  await assert.rejects(signIn(device(file)));
  const { client } = await signIn(device(JSON.stringify(next)));
  assert.equal((await client.showRotation()).generation, 2);
  assertClean();
  await context.close();
});

test("the API key is replaced, a recovery sheet made, the audit log checked and exported", async () => {
  const { page, context, assertClean, enter } = await ownTenant();
  await enter("/settings/keys");
  await page
    .getByRole("region", { name: "API key" })
    .getByRole("button", { name: "Put another in its place" })
    .click();
  const next = JSON.parse(await downloaded(page, "Download the key file"));
  await page.getByRole("button", { name: "Put it in place" }).click();
  await page.getByText("The tenant has another API key now").waitFor();
  await page.getByRole("button", { name: "Make a sheet" }).click();
  const sheet = await downloaded(page, "Make and download it");
  assert.match(sheet, /drec1_/);
  assert.ok(sheet.includes(next.api_key));
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByText("recovery.set").waitFor();
  await page.getByText("api_key.replaced").waitFor();
  await page.getByRole("button", { name: "Check the log" }).click();
  await page.getByText(/The log holds, up to entry/).waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  const lines = (await downloaded(page, "Download it")).trim().split("\n");
  assert.ok(lines.length >= 4 && lines.every((line) => JSON.parse(line) !== null));
  assertClean();
  await context.close();
});

test("calls are signed by a secret that is shown once, rotated and ended", async () => {
  const { page, context, assertClean } = await dev.open("/settings/signing");
  const { client } = dev.engine();
  await page.getByRole("button", { name: "Sign calls" }).click();
  const dialog = page.getByRole("dialog");
  const secret = await dialog.locator("pre").textContent();
  assert.ok((secret ?? "").length > 20);
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Rotate" }).click();
  await dialog.getByRole("button", { name: "Close" }).click();
  const before = (await client.listSigningSecrets()).signing_secrets;
  assert.equal(before.length, 2);
  const old = before.find(({ signs_until }) => signs_until !== null);
  await page.getByRole("button", { name: `End it: ${old?.id}` }).click();
  await dialog.getByRole("button", { name: "End it" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal((await client.listSigningSecrets()).signing_secrets.length, 1);
  assert.ok(!(await page.content()).includes(secret ?? "?"));
  assertClean();
  await context.close();
});

test("signing out everywhere ends every session, and the page shows nothing any more", async () => {
  const { page, context, assertClean, enter, file, url } = await ownTenant();
  await enter("/settings/sessions");
  const { tenant, api_key, private_key, server_keys } = JSON.parse(file);
  const { session } = await signIn({
    url,
    tenant,
    apiKey: api_key,
    privateKey: private_key,
    serverKeys: server_keys,
  });
  const token = await session.token();
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("heading", { name: "Sign in to Dispatched" }).waitFor();
  assert.ok(!(await page.content()).includes(tenant));
  await assert.rejects(new Client(url, token).showSession(), { code: "unauthenticated" });
  assertClean();
  await context.close();
});

test("one session among several is ended, and the others go on", async () => {
  const { page, context, assertClean, enter, file, url } = await ownTenant();
  await enter("/settings/sessions");
  const { tenant, api_key, private_key, server_keys } = JSON.parse(file);
  const device = { url, tenant, apiKey: api_key, privateKey: private_key, serverKeys: server_keys };
  const { client } = await signIn(device);
  await page.reload();
  await page.getByText("this one", { exact: true }).waitFor();
  const other = (await client.listSessions()).sessions.find(({ current }) => current);
  await page.getByRole("button", { name: `End it: ${other?.id}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText(other?.id ?? "?").waitFor({ state: "detached" });
  await page.getByText("this one", { exact: true }).waitFor();
  assertClean();
  await context.close();
});

for (const { name, look } of looks) {
  test(`every part is readable by everybody (${name})`, async () => {
    const { page, context, assertClean } = await dev.open("/settings/keys", look);
    for (const part of ["keys", "sessions", "signing", "audit"]) {
      await page
        .getByRole("navigation", { name: "Settings" })
        .getByRole("link", { name: new RegExp(part, "i") })
        .click();
      await page.waitForURL(`**/settings/${part}`);
      await page.getByText("Loading…").waitFor({ state: "detached" });
      await assertAccessible(page);
      await picture(page, `${part}-${name}`);
    }
    assertClean();
    await context.close();
  });
}
