// The page of secrets: stored, given a new value, deleted; values are never shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const dev = devEngine();

test("a secret is stored, gets a new value, and is deleted", async () => {
  const { page, context, assertClean } = await dev.open("/secrets");
  const { client } = dev.engine();
  await page.getByText("No secrets yet").waitFor();
  await page.getByRole("button", { name: "New secret" }).click();
  const dialog = page.getByRole("dialog");
  const store = dialog.getByRole("button", { name: "Store" });
  await dialog.getByLabel("Name").fill("SHOP_KEY");
  await dialog.getByLabel("Value").fill("canary-value");
  assert.equal(await store.getAttribute("title"), "name the hosts that it may be sent to");
  await dialog.getByLabel("Hosts that it may be sent to").fill("api.shop.example, *.shop.example:8443");
  await store.click();
  await dialog.waitFor({ state: "detached" });
  const [stored] = (await client.listSecrets()).secrets;
  assert.deepEqual(
    [stored?.name, stored?.version, stored?.allowed_hosts],
    ["SHOP_KEY", 1, ["api.shop.example", "*.shop.example:8443"]],
  );
  await page.getByRole("button", { name: "New value of SHOP_KEY" }).click();
  await dialog.getByLabel("Value").fill("another");
  await dialog.getByRole("button", { name: "Store" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal((await client.listSecrets()).secrets[0]?.version, 2);
  assert.ok(!(await page.content()).includes("canary-value"));
  await page.getByRole("button", { name: "Delete SHOP_KEY" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No secrets yet").waitFor();
  assert.deepEqual((await client.listSecrets()).secrets, []);
  assertClean();
  await context.close();
});

for (const { name, look } of looks) {
  test(`the page is readable by everybody (${name})`, async () => {
    const { client } = dev.engine();
    await client.putSecret("MAIL_TOKEN", "m", { allowedHosts: ["mail.example.com"] });
    await client.putSecret("STRIPE_KEY", "s", { allowedHosts: ["api.stripe.com", "*.stripe.com"] });
    await client.putSecret("ANYWHERE", "a", { allowedHosts: null });
    const { page, context, assertClean } = await dev.open("/secrets", look);
    await page.getByText("STRIPE_KEY").first().waitFor();
    await assertAccessible(page);
    await picture(page, `secrets-${name}`);
    assertClean();
    await context.close();
  });
}
