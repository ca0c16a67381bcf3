// What starts workflows by itself: schedules in words, hooks with deliveries and replays, grants, the inbox.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { makeGrant } from "../../src/client/index.ts";
import { localSession } from "../process/local-session.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const wait = "steps: {ask: {wait: {signal: go, timeout: 1h}}}\n";
const documents = {
  nightly: `name: nightly\nversion: 1\ntriggers: [{type: cron, schedule: "0 6 * * 1-5", timezone: Europe/Berlin}]\n${wait}`,
  relay: `name: relay\nversion: 1\ntriggers:\n  - type: http\n    schema: {type: object, required: [order]}\n${wait}`,
};

const dev = devEngine({}, async ({ client }) => {
  await client.putWorkflow("nightly", documents.nightly, "yaml");
  await client.putWorkflow("relay", documents.relay, "yaml");
});

const send = (url: string, body: string) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });

test("a hook is made, what comes by it is shown and sent once more, and it is revoked", async () => {
  const { page, context, assertClean } = await dev.open("/automations/hooks");
  const { client } = dev.engine();
  await page.getByRole("button", { name: "New hook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Starts").selectOption("relay");
  await dialog.getByRole("button", { name: "Make it" }).click();
  const url = (await dialog.locator("pre").first().textContent()) ?? "";
  assert.equal((await send(url, '{"order": 7}')).status, 202);
  assert.equal((await send(url, "{")).status, 400);
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Deliveries of relay" }).click();
  const deliveries = page.getByRole("table", { name: "Deliveries" });
  await deliveries.getByText("invalid_json").waitFor();
  await page.getByLabel("State").selectOption("refused");
  await page.waitForURL(/state=refused/);
  await deliveries.getByText("started").waitFor({ state: "detached" });
  await page.getByLabel("State").selectOption("started");
  await deliveries.getByRole("button", { name: /^Show dlv_/ }).click();
  await dialog.getByText('{"order": 7}').waitFor();
  await assertAccessible(page);
  await dialog.getByRole("button", { name: "Send once more" }).click();
  await dialog.getByText("delivery_taken").waitFor();
  await dialog.getByRole("button", { name: "Start another run by it" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal((await client.listRuns({ workflow: "relay" })).runs.length, 2);
  const [hook] = (await client.listHooks()).hooks;
  await page.getByRole("button", { name: `Revoke ${hook?.id}` }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await page.getByText(/^revoked/).waitFor();
  assert.equal((await send(url, "{}")).status, 404);
  assertClean();
  await context.close();
});

test("a grant is said in words, made with the key, and revoked", async () => {
  const { page, context, assertClean } = await dev.open("/automations/grants");
  const { client } = dev.engine();
  await page.getByRole("button", { name: "New grant" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Workflow, in its highest version").selectOption("nightly");
  await dialog.getByLabel("Requests with the API key").uncheck();
  await dialog.getByLabel("Hosts that its runs may call").fill("api.shop.example");
  await dialog.getByText("Its runs may call api.shop.example.").waitFor();
  await dialog.getByRole("button", { name: "Grant it" }).click();
  await dialog.waitFor({ state: "detached" });
  const [grant] = (await client.listGrants()).grants;
  assert.deepEqual(
    [grant?.workflow, grant?.hosts, grant?.triggers.includes("key")],
    ["nightly", ["api.shop.example"], false],
  );
  await page.reload();
  await page.getByText(/Its runs may call api.shop.example/).waitFor();
  // After a reload the page has the session, and the key no more.
  await page.getByRole("button", { name: "New grant" }).click();
  await page.getByRole("dialog", { name: "The private key is needed" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Revoke the grant of nightly" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await page.getByText(/ended/).first().waitFor();
  assert.notEqual((await client.listGrants()).grants[0]?.ended_at, null);
  assertClean();
  await context.close();
});

test("a grant that a new version ended is granted again as it was, until it is there once more", async () => {
  const { client } = dev.engine();
  const { entry } = localSession(dev.home);
  const device = {
    url: entry.url,
    tenant: entry.tenant,
    apiKey: entry.api_key,
    privateKey: entry.private_key,
    serverKeys: entry.server_keys,
  };
  const same = { triggers: ["hook", "event"], hosts: ["*.shop.example"], verify: false } as const;
  await makeGrant(device, { workflow: "relay", days: 7, ...same });
  await client.putWorkflow("relay", documents.relay.replace("version: 1", "version: 2"), "yaml");
  const { page, context, assertClean } = await dev.open("/automations/grants");
  await page.reload();
  await page.getByText(/ended .*: version/).waitFor();
  await page.getByRole("button", { name: "Grant again: relay" }).click();
  const needed = page.getByRole("dialog", { name: "The private key is needed" });
  await needed.getByLabel("Choose a key file").setInputFiles(join(dev.home, "credentials.json"));
  const dialog = page.getByRole("dialog", { name: "The same grant for the newest version" });
  await dialog.getByText(/\*\.shop\.example/).waitFor();
  await dialog.getByText("It holds for 7 days, as before.").waitFor();
  await assertAccessible(page);
  await picture(page, "grant-again");
  await dialog.getByRole("button", { name: "Grant it" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Revoke the grant of relay" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Grant again: relay" }).count(), 0);
  const made = (await client.listGrants()).grants.find(
    ({ workflow, ended_at }) => workflow === "relay" && ended_at === null,
  );
  assert.deepEqual(
    [made?.version, made?.triggers.toSorted(), made?.hosts, made?.verify],
    [2, same.triggers.toSorted(), same.hosts, same.verify],
  );
  assertClean();
  await context.close();
});

for (const { name, look } of looks) {
  test(`schedules are said in words, and every part is readable by everybody (${name})`, async () => {
    const { page, context, assertClean } = await dev.open("/automations/schedules", look);
    await page.getByText("At 06:00, Monday through Friday").waitFor();
    await page.getByText(/in \d+ (s|min|h|d)/).waitFor();
    await assertAccessible(page);
    await picture(page, `schedules-${name}`);
    for (const part of ["hooks", "grants", "inbox"]) {
      await page
        .getByRole("navigation", { name: "Automations" })
        .getByRole("link", { name: new RegExp(part, "i") })
        .click();
      await page.waitForURL(`**/automations/${part}`);
      await page.getByText("Loading…").waitFor({ state: "detached" });
      await assertAccessible(page);
      await picture(page, `${part}-${name}`);
    }
    assertClean();
    await context.close();
  });
}
