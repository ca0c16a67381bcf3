// Who signs in is told in one sentence what waited for that, until it is closed; the command line tells the same.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Device } from "../../src/client/device.ts";
import { secondTenant } from "../process/second-tenant.ts";
import { root } from "../tidy/source-files.ts";
import { assertAccessible, openPage } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const dev = devEngine({ DISPATCHED_REGISTRATION: "open" });
const shop =
  "name: shop\nversion: 1\ntriggers: [{type: http, schema: {type: number}}]\nsteps: {said: {value: 1}}";

/** A tenant that nobody is signed in to, and for whom three requests wait, one of them wrong. */
async function lockedTenant(): Promise<Device> {
  const { url } = dev.engine();
  const { client, device } = await secondTenant(url);
  await client.putWorkflow("shop", shop, "yaml");
  await client.signOut();
  for (const body of ["1", "2", '"three"']) {
    const headers = { "dispatched-key": device.apiKey, "content-type": "application/json" };
    const answer = await fetch(`${url}/workflows/shop`, { method: "POST", headers, body });
    assert.equal(answer.status, 202);
    assert.ok(answer.headers.get("dispatched-item") !== null);
  }
  return device;
}

const entryOf = ({ url, tenant, apiKey, privateKey, serverKeys }: Device) => ({
  url,
  tenant,
  api_key: apiKey,
  private_key: privateKey,
  server_keys: serverKeys,
  generation: 1,
});

for (const { name, look } of looks) {
  test(`the page tells what waited, once (${name})`, async () => {
    const device = await lockedTenant();
    const { page, context, assertClean } = await openPage(dev.browser(), dev.engine().url, look);
    await page.goto("/waits");
    await page.getByLabel("Choose a key file").setInputFiles({
      name: "key.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(entryOf(device))),
    });
    const line = page.getByText(/^Nothing was lost: 3 items of the inbox waited until you signed in/);
    await line.waitFor();
    await page.reload();
    await page.getByText(/; 1 item rejected\. The oldest waited since/).waitFor();
    await assertAccessible(page);
    await picture(page, `waited-${name}`);
    await page.getByRole("button", { name: "Close what waited" }).click();
    await line.waitFor({ state: "detached" });
    await page.reload();
    await page.getByText("Nothing waits for people").waitFor();
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByText("shop").first().waitFor();
    assert.equal(await line.count(), 0);
    assertClean();
    await context.close();
  });
}

test("`dispatched login` and `status` tell the same", async () => {
  const home = mkdtempSync(join(tmpdir(), "dispatched-waited-"));
  const device = await lockedTenant();
  const entry = { ...entryOf(device), origin: device.url, session: null };
  const kept = { version: 1, current: device.tenant, tenants: [entry] };
  writeFileSync(join(home, "credentials.json"), JSON.stringify(kept), { mode: 0o600 });
  const cli = (...args: readonly string[]) =>
    spawnSync(join(root, "bin/dispatched"), args, {
      encoding: "utf8",
      env: { ...process.env, DISPATCHED_HOME: home },
    });
  const { status, stdout, stderr } = cli("login");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /3 items of the inbox waited until you signed in, and go on now.*\(the oldest since /);
  assert.match(cli("status").stdout, /\nwaited {3}3 items of the inbox waited .*; 1 item rejected \(/);
  rmSync(home, { recursive: true, force: true });
});
