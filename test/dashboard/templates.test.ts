// Templates: cards with their graphs, made one's own in one click, and what is there already is left alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const dev = devEngine();

for (const { name, look } of looks) {
  test(`each example is a card with its graph (${name})`, async () => {
    const { page, context, assertClean } = await dev.open("/templates", look);
    const { templates } = await dev.engine().client.listTemplates();
    await page
      .getByRole("button", { name: /^Use it/ })
      .first()
      .waitFor();
    assert.equal(await page.getByRole("button", { name: /^Use it/ }).count(), templates.length);
    assert.equal(await page.getByRole("img", { name: /\d+ steps$/ }).count(), templates.length);
    await assertAccessible(page);
    await picture(page, `templates-${name}`);
    assertClean();
    await context.close();
  });
}

test("a template is made one's own: another name, another service, and the editor has it", async () => {
  const { page, context, assertClean } = await dev.open("/templates");
  const { client } = dev.engine();
  const { templates } = await client.listTemplates();
  const template = templates.find(
    ({ documents, hosts }) => documents.length === 1 && hosts.some(({ origin }) => origin !== null),
  );
  const origin = template?.hosts.find((one) => one.origin !== null)?.origin ?? "?";
  await page.getByRole("button", { name: `Use it: ${template?.title}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("mine");
  const service = dialog.getByLabel(`In the place of ${origin}`, { exact: true });
  await service.fill("shop.example");
  const make = dialog.getByRole("button", { name: "Make it mine" });
  assert.equal(await make.getAttribute("title"), "a service begins with https://");
  await service.fill("https://shop.example");
  await assertAccessible(page);
  await make.click();
  await page.waitForURL("**/workflows/mine");
  await dialog.waitFor({ state: "detached" });
  const stored = await client.getWorkflow("mine");
  assert.ok(stored.text.includes("https://shop.example") && !stored.text.includes(`${origin}/`));
  await page.goBack();
  await page.getByRole("button", { name: `Use it: ${template?.title}` }).click();
  await dialog.getByLabel("Name").fill("mine");
  await dialog.getByRole("button", { name: "Make it mine" }).click();
  await dialog.getByText("There is a workflow mine already.").waitFor();
  assert.equal((await client.getWorkflow("mine")).version, 1);
  assertClean();
  await context.close();
});
