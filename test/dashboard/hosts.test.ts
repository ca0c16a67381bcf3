// Rules for hosts: put, changed and deleted, what is wrong said at its field, whose they are, and how the hosts stand.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const service = new ScriptedService();
const port = Number(new URL(await service.start()).port);
const called = `localhost:${port}`;
service.scripts.set("/broken", () => [500, {}]);
after(() => service.stop());

const dev = devEngine(
  { DISPATCHED_HOSTS: `${called} concurrency=50; other.example rate=1/1s` },
  async ({ client }) => {
    const text = `name: calls
version: 1
triggers: [{type: http}]
steps:
  call: {request: {method: POST, url: "http://${called}/broken"}, retry: {max: 2, delay: 1ms, jitter: none}}
`;
    await client.putWorkflow("calls", text, "yaml");
  },
);

test("a rule is put, changed and deleted; what is wrong stands at its field", async () => {
  const { page, context, assertClean } = await dev.open("/automations/hosts");
  const { client } = dev.engine();
  await page.getByText("No rules yet").waitFor();
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog");
  const put = dialog.getByRole("button", { name: "Put it" });
  assert.equal(await put.getAttribute("title"), "no host is named");
  await dialog.getByLabel("Host").fill("*.example.org");
  assert.equal(await put.getAttribute("title"), "give a rate, a number at once, a breaker or workflows");
  await dialog.getByLabel("Rate").fill("10");
  await dialog.getByLabel("Breaker").fill("5/2h");
  await put.click();
  await dialog.getByLabel("Rate").and(page.locator("[aria-invalid=true]")).waitFor();
  await dialog.getByText("`10` is not a number from 1 to 10,000 and a time up to 1h").waitFor();
  await dialog
    .getByText("`5/2h` is not a number from 1 to 10,000 and a time up to 1h, such as 5/30s")
    .waitFor();
  await assertAccessible(page);
  await picture(page, "host-rule-problems");
  await dialog.getByLabel("Rate").fill("10/1s");
  await dialog.getByLabel("Breaker").fill("");
  await dialog.getByLabel("Host").fill("http://a");
  await put.click();
  await dialog.getByText("`http://a` is not a host").waitFor();
  await dialog.getByLabel("Host").fill("*.example.org");
  await dialog.getByText("dispatched host set '*.example.org' --rate 10/1s").waitFor();
  await put.click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("10 calls in 1s").waitFor();
  const [stored] = (await client.listHostRules()).hosts;
  assert.deepEqual(
    [stored?.host, stored?.rate, stored?.concurrency, stored?.breaker],
    ["*.example.org", "10/1s", null, null],
  );
  await page.getByRole("button", { name: "New rule" }).click();
  await dialog.getByLabel("Host").fill("*.example.org");
  await dialog.getByLabel("Rate").fill("1/1s");
  await put.click();
  await dialog.getByText("is not what the request expects it to be").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Change the rule for *.example.org" }).click();
  await dialog.getByLabel("Calls at once").fill("4");
  await dialog.getByLabel("Workflows").fill("pay- , refund-*");
  await dialog.getByRole("button", { name: "Change it" }).click();
  await dialog.getByText("`pay-` is neither the name of a workflow nor the beginning of names").waitFor();
  await dialog.getByLabel("Workflows").fill("pay, refund-*");
  await dialog.getByText("--concurrency 4 --workflow pay --workflow 'refund-*'").waitFor();
  await dialog.getByRole("button", { name: "Change it" }).click();
  await dialog.waitFor({ state: "detached" });
  const changed = await client.hostRule("*.example.org");
  assert.deepEqual([changed.concurrency, changed.workflows], [4, ["pay", "refund-*"]]);
  await page.getByText("only for pay, refund-*").waitFor();
  await page.getByRole("button", { name: "Delete the rule for *.example.org" }).click();
  await dialog.getByText("What waits for it goes on").waitFor();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No rules yet").waitFor();
  assert.deepEqual((await client.listHostRules()).hosts, []);
  assertClean();
  await context.close();
});

test("the page tells an open breaker, and the operator's rules that calls met, and no others", async () => {
  const { client } = dev.engine();
  await client.putHostRule(called, { breaker: "2/1h", rate: "100/1s" });
  const { run } = await client.startRun("calls", { body: null });
  await until(client, run, ({ now }) => now.includes("held back"));
  const { operator } = await client.listHostRules();
  assert.deepEqual(
    operator.map(({ host, concurrency, called: hosts }) => [host, concurrency, hosts.length]),
    [[called, 50, 1]],
  );
  const { page, context, assertClean } = await dev.open("/workflows/calls?tab=calls");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("automations: hosts");
  await page.keyboard.press("Enter");
  const row = (whose: string) => page.getByRole("listitem").filter({ hasText: whose });
  await row("yours, since").getByText("breaker open until").waitFor();
  await row("yours, since").getByText("1 call waits").waitFor();
  await row("the operator's, for all tenants").getByText("50 at once").waitFor();
  assert.equal(await page.getByText("other.example").count(), 0);
  await client.putHostRule(called, { breaker: "9/1h" });
  await page.getByRole("button", { name: "Look again" }).click();
  await row("yours, since").getByText("rests 1h after 9 failures").waitFor();
  // From the page of what a workflow calls to the rule of one host.
  await page.goBack();
  await page.getByRole("link", { name: `Rule for ${called}` }).click();
  const dialog = page.getByRole("dialog", { name: `Rule for ${called}` });
  assert.equal(await dialog.getByLabel("Breaker").inputValue(), "9/1h");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.waitForURL("**/automations/hosts");
  assertClean();
  await context.close();
});

for (const { name, look } of looks) {
  test(`the page is readable by everybody (${name})`, async () => {
    const { client } = dev.engine();
    await client.putHostRule("api.stripe.com", { rate: "25/1s", concurrency: 10, breaker: "5/30s" });
    await client.putHostRule(called, { breaker: "2/1h" });
    const { run } = await client.startRun("calls", { body: null });
    await until(client, run, ({ now }) => now.includes("held back"));
    const { page, context, assertClean } = await dev.open("/automations/hosts", look);
    await page.getByText("breaker open until").waitFor();
    await assertAccessible(page);
    await picture(page, `hosts-${name}`);
    await page.getByRole("button", { name: "New rule" }).click();
    await page.getByRole("textbox", { name: "Host" }).fill("*.example.org");
    await page.getByRole("textbox", { name: "Rate" }).fill("100/1m");
    await assertAccessible(page);
    await picture(page, `host-rule-${name}`);
    await client.cancelRun(run, false);
    assertClean();
    await context.close();
  });
}
