// What people do by hand now and then: an event sent, an older version started, another browser signed in, an export checked, what was done with many looked up.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Json } from "../../src/value/json.ts";
import { stringifyJson } from "../../src/value/stringify-json.ts";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { until } from "../process/until.ts";
import { assertAccessible, openPage } from "./chromium.ts";
import { devEngine, looks } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const shop = (version: number) => `name: shop
version: ${version}
triggers: [{type: http}, {type: event, event: order.paid}]
steps:
  said: {value: "version ${version}"}
  paid: {after: [said], wait: {event: order.shipped, timeout: 1h}}
`;

async function fill({ client }: EngineUnderTest): Promise<void> {
  await client.putWorkflow("shop", shop(1), "yaml");
  await client.putWorkflow("shop", shop(2), "yaml");
}

const dev = devEngine({}, fill);

test("an older version is started, and an event starts runs of the highest", async () => {
  const { client } = dev.engine();
  const { page, context, assertClean } = await dev.open("/workflows/shop?tab=trigger");
  await page.getByRole("heading", { name: "Start a run of version 2" }).waitFor();
  // What is said on the button is done, though there is a higher version by now.
  await client.putWorkflow("shop", shop(3), "yaml");
  await page.getByRole("button", { name: "Start a run" }).click();
  const shown = page.getByRole("link", { name: /^run_/ });
  await shown.waitFor();
  assert.equal((await client.getRun((await shown.innerText()).trim())).version, 2);
  await page.getByRole("combobox", { name: "Version" }).selectOption("1");
  await page.getByRole("heading", { name: "Start a run of version 1" }).waitFor();
  await page.getByRole("button", { name: "Start a run" }).click();
  const link = page.getByRole("link", { name: /^run_/ });
  await link.waitFor();
  assert.equal((await client.getRun((await link.innerText()).trim())).version, 1);
  const form = page.getByRole("region", { name: "Send an event" });
  await form.getByLabel("Type").selectOption("order.paid");
  await form.getByLabel("Data, as JSON").fill('{"no": 12345678901234567890');
  const send = form.getByRole("button", { name: "Send it" });
  assert.equal(await send.getAttribute("title"), "the data are no JSON");
  await assertAccessible(page);
  await form.getByLabel("Data, as JSON").fill('{"no": 12345678901234567890}');
  await form.getByLabel("Subject").fill("order 7");
  await send.click();
  const taken = form.getByText(/^Taken, with the id/);
  await taken.waitFor();
  // What is taken starts its run in a moment; the stream tells it as soon as it is there.
  const over = new AbortController();
  for await (const change of client.followRuns({ workflow: "shop" }, { signal: over.signal })) {
    const { runs } = await client.listRuns({ workflow: "shop" });
    if (change.type === "reset" && !runs.some(({ version }) => version === 3)) continue;
    over.abort();
  }
  const [newest] = (await client.listRuns({ workflow: "shop" })).runs;
  assert.equal(newest?.version, 3);
  const { events } = await client.listEvents(newest?.id ?? "", 0);
  assert.match(stringifyJson(events as unknown as Json), /"no":12345678901234567890.*"subject":"order 7"/);
  assertClean();
  await context.close();
});

test("a one-time address signs in another browser, whose session ends with this one", async () => {
  const { page, context, assertClean } = await dev.open("/settings/sessions");
  await page.getByRole("button", { name: "Sign in another browser" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make an address" }).click();
  const address = (await dialog.locator("pre").textContent()) ?? "";
  await dialog.getByText(/\d+ s left/).waitFor();
  await assertAccessible(page);
  const other = await openPage(dev.browser(), dev.engine().url, { phone: true });
  await other.page.goto(address);
  await other.page.getByRole("navigation", { name: "Pages" }).waitFor();
  assert.ok(!other.page.url().includes("sign-in="));
  // A session that came of an address makes none.
  await other.page.goto("/settings/sessions");
  await other.page.getByText("this one", { exact: true }).waitFor();
  const make = other.page.getByRole("button", { name: "Sign in another browser" });
  assert.equal(await make.getAttribute("title"), "this session came of such an address itself");
  other.assertClean();
  await other.context.close();
  assertClean();
  await context.close();
});

test("what comes by a hook is told at once, and shown when one asks", async () => {
  const { client } = dev.engine();
  const hook = await client.createHook("shop");
  const { page, context, assertClean } = await dev.open(`/automations/hooks?hook=${hook.id}`);
  const deliveries = page.getByRole("region", { name: "Deliveries" });
  await deliveries.getByText("Live", { exact: true }).waitFor();
  await deliveries.getByText("Nothing has come yet").waitFor();
  const headers = { "content-type": "application/json" };
  for (const body of ["{}", "{"]) await fetch(hook.url, { method: "POST", headers, body });
  await deliveries.getByRole("button", { name: "2 new" }).click();
  await deliveries.getByText("invalid_json").waitFor();
  await deliveries.getByRole("button", { name: "Look again" }).waitFor();
  assertClean();
  await context.close();
});

test("an export of the log is checked, and one that was changed is told", async () => {
  const { page, context, assertClean } = await dev.open("/settings/audit");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download it" }).click(),
  ]);
  const text = readFileSync(await download.path(), "utf8");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Check a file" }).click();
  const file = page.getByLabel("File", { exact: true });
  const give = (name: string, lines: string) =>
    file.setInputFiles({ name, mimeType: "application/x-ndjson", buffer: Buffer.from(lines) });
  await give("good.ndjson", text);
  await page.getByText(/^good.ndjson holds, up to entry \d+$/).waitFor();
  const lines = text.split("\n");
  await give("cut.ndjson", [...lines.slice(0, 1), ...lines.slice(2)].join("\n"));
  await page.getByText(/^cut.ndjson does not hold at entry \d+: /).waitFor();
  await assertAccessible(page);
  assertClean();
  await context.close();
});

for (const { name, look } of looks) {
  test(`what was done with many runs is looked up again (${name})`, async () => {
    const { client } = dev.engine();
    const { run } = await client.startRun("shop", { body: null });
    await until(client, run, ({ status }) => status === "waiting");
    const begun = await client.beginBulk("cancel", { runs: [run] });
    for await (const _ of client.followBulk(begun.id));
    const { page, context, assertClean } = await dev.open("/runs?view=bulks", look);
    await page.getByText("1 of 1, 0 refused").first().waitFor();
    await assertAccessible(page);
    await picture(page, `bulks-${name}`);
    await page.getByRole("button", { name: `Show ${begun.id}` }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel" });
    await dialog.getByText("Done: 1 of 1 dealt with").waitFor();
    await dialog.getByRole("link", { name: run }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.goto("/workflows/shop?tab=trigger");
    await page.getByRole("region", { name: "Send an event" }).waitFor();
    await assertAccessible(page);
    await picture(page, `event-${name}`);
    assertClean();
    await context.close();
  });
}
