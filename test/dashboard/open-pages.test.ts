// The pages that anybody sees: the documentation and the API to click through, in both themes and on a phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, openPage } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const dev = devEngine();

for (const { name, look } of looks) {
  test(`the documentation is read and searched (${name})`, async () => {
    const { page, context, assertClean } = await openPage(dev.browser(), dev.engine().url, look);
    await page.goto("/docs");
    await assertAccessible(page);
    await page.getByRole("main").getByRole("link", { name: "Calls", exact: true }).click();
    await page.getByRole("heading", { name: "Calls", exact: true }).waitFor();
    await assertAccessible(page);
    await page.getByPlaceholder("Search").fill("idempotency");
    await page.keyboard.press("Enter");
    await page.waitForURL(/search\?q=idempotency/);
    assert.ok((await page.getByRole("main").getByRole("link").count()) > 3);
    await assertAccessible(page);
    assertClean();
    await context.close();
  });

  test(`the API is called from its page (${name})`, async () => {
    const { page, context, assertClean } = await openPage(dev.browser(), dev.engine().url, look);
    await page.goto("/api");
    await assertAccessible(page);
    await page.getByLabel("Token of a session").fill(dev.engine().token);
    await page.getByLabel("Find").fill("/api/secrets");
    const route = page.locator("details", { hasText: "/api/secrets" }).first();
    await route.locator("summary").click();
    await route.getByRole("button").first().click();
    await route.getByText('"secrets"').first().waitFor();
    await assertAccessible(page);
    await picture(page, `api-${name}`);
    assertClean();
    await context.close();
  });
}
