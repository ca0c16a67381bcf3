// The editor of a JSON document: completion, hover and problems as in YAML; and versions compared on a phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { assertAccessible } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const versioned = (version: number, steps: string) =>
  `# Orders.\nname: order\nversion: ${version}\ndescription: Charge the customer, then ship what was ordered to where it was wanted.\ntriggers: [{type: http}]\nsteps:\n${steps}`;

const dev = devEngine({}, async ({ client }) => {
  await client.putSecret("SHOP_KEY", "s3cret-value", { allowedHosts: null });
  await client.putWorkflow("order", versioned(1, "  charge: {value: 1}\n"), "yaml");
  await client.putWorkflow(
    "order",
    versioned(2, "  charge: {value: 2}\n  ship: {after: [charge], value: shipped}\n"),
    "yaml",
  );
});

const offered = (page: Page) => page.locator(".cm-tooltip-autocomplete li");

/** Writes, and takes the offer of this name. */
async function take(page: Page, written: string, offer: string): Promise<void> {
  await page.keyboard.insertText(written);
  await page.keyboard.press("Control+Space");
  await offered(page)
    .filter({ hasText: new RegExp(`^${offer}`) })
    .first()
    .click();
  await offered(page).first().waitFor({ state: "detached" });
}

test("in a JSON document fields, values, steps and secrets are offered, and a key says what it means", async () => {
  const { page, context, assertClean } = await dev.open("/workflows/~new?format=json");
  const text = page.getByRole("textbox", { name: "Workflow document" });
  const status = (words: RegExp) => page.getByRole("status").filter({ hasText: words }).first();
  await status(/No problems/).waitFor();
  await text.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Backspace");
  await page.keyboard.insertText('{"name": "made", "version": 1, "triggers": [{"type": "');
  await take(page, "", "http");
  await page.keyboard.insertText('"}],\n"steps": {\n  "first": {"value": 1},\n  "second": {"after": ["');
  await take(page, "", "first");
  await take(page, '"],\n    "requ', "request");
  await take(page, '": {"method": "', "POST");
  await take(page, '", "url": "http://a/{{ secrets.', "SHOP_KEY");
  await page.keyboard.insertText(' }}"}}}}');
  await status(/No problems/).waitFor();
  await page.locator("[data-step=second]").waitFor();
  await picture(page, "workflow-editor-json");
  await text.locator(".cm-line").filter({ hasText: '"request"' }).getByText('"request"').hover();
  const about = page.locator(".cm-about");
  await about.waitFor();
  assert.ok((await about.innerText()).length > 10);
  await page.mouse.move(5, 5);
  await assertAccessible(page);
  await page.getByRole("button", { name: "Save as version 1" }).click();
  await page.waitForURL("**/workflows/made");
  const stored = await dev.engine().client.getWorkflow("made");
  assert.equal(stored.format, "json");
  assert.deepEqual(JSON.parse(stored.text), {
    name: "made",
    version: 1,
    triggers: [{ type: "http" }],
    steps: {
      first: { value: 1 },
      second: { after: ["first"], request: { method: "POST", url: "http://a/{{ secrets.SHOP_KEY }}" } },
    },
  });
  await text.click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.insertText('\n  "third": {"after": ["secnd"], "value": 1},');
  const problem = page.getByRole("list", { name: "Problems" }).getByRole("button").first();
  await problem.filter({ hasText: "secnd" }).waitFor();
  await problem.filter({ hasText: "line 3" }).waitFor();
  const checked = page.waitForResponse((answer) => answer.url().endsWith("dry_run=true"));
  await page.keyboard.press("Shift+Home");
  await page.keyboard.insertText('  "third": {"after": ["second"], "value": 1},');
  assert.equal((await checked).status(), 200, "it is checked as the version that it would be stored as");
  assertClean();
  await context.close();
});

for (const look of [{ phone: true }, { theme: "dark" }] as const) {
  const name = "phone" in look ? "phone" : look.theme;
  test(`two versions are compared (${name})`, async () => {
    const { page, context, assertClean } = await dev.open("/workflows/order?tab=versions", look);
    const changed = page.locator(".cm-changedLine, .cm-insertedLine");
    await changed.filter({ hasText: "version: 2" }).first().waitFor();
    await changed.filter({ hasText: "ship" }).first().waitFor();
    await assertAccessible(page);
    await picture(page, `workflow-versions-${name}`);
    const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assert.ok(Number(wide) <= 0, `${wide} points too wide`);
    await page.getByLabel("From").selectOption("2");
    await page.waitForURL(/from=2/);
    await changed.first().waitFor({ state: "detached" });
    assertClean();
    await context.close();
  });
}
