// What waits for people: listed with its deadline, answered by a form of its schema, gone when the engine has taken the answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const approval = `name: approval
version: 1
triggers: [{type: http}]
labels: {order: "{{ trigger.body.order }}"}
steps:
  approve:
    wait:
      any: [decide, withdraw]
      timeout: 6h
      schema:
        type: object
        required: [approved, amount, kind]
        additionalProperties: false
        properties:
          approved: {type: boolean, description: Whether it goes on.}
          amount: {type: integer, minimum: 1, maximum: 100}
          kind: {enum: [plain, gift, express, bulk, other]}
          note: {type: string, maxLength: 500}
          tags: {type: array, items: {type: string}}
          more: {type: object}
output: "{{ steps.approve.output }}"
`;

async function fill({ client }: EngineUnderTest): Promise<void> {
  await client.putWorkflow("approval", approval, "yaml");
  for (const order of ["o-1", "o-2"]) {
    const { run } = await client.startRun("approval", { body: `{"order": "${order}"}` });
    await until(client, run, ({ status }) => status === "waiting");
  }
}

const dev = devEngine({}, fill);

for (const look of [{ theme: "light" }, { theme: "dark" }, { phone: true }] as const) {
  const name = "phone" in look ? "phone" : look.theme;
  test(`what waits stands there, the oldest first, with its deadline (${name})`, async () => {
    const { page, context, assertClean } = await dev.open("/waits", look);
    const waits = page.getByRole("list", { name: /What waits/ }).locator(":scope > li");
    await waits.filter({ hasText: "order=o-2" }).waitFor();
    assert.match((await waits.first().textContent()) ?? "", /order=o-1.*(5 h 59 min|6 h) left/);
    await assertAccessible(page);
    await picture(page, `waits-${name}`);
    await waits.first().getByRole("button", { name: "Answer…" }).click();
    await page.getByText("decide", { exact: true }).last().click();
    await page.getByRole("textbox", { name: "amount *" }).waitFor();
    await assertAccessible(page);
    await picture(page, `waits-answer-${name}`);
    assertClean();
    await context.close();
  });
}

test("a wait is answered by its form: problems by field, the engine's too, and gone when it was taken", async () => {
  const { client } = dev.engine();
  const { run } = await client.startRun("approval", { body: '{"order": "o-3"}' });
  const { page, context, assertClean } = await dev.open("/waits");
  const wait = page
    .getByRole("list", { name: /What waits/ })
    .locator(":scope > li", { hasText: "order=o-3" });
  await wait.getByRole("button", { name: "Answer…" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("radio", { name: "decide" }).check();
  await form.getByRole("button", { name: "Send decide" }).click();
  await form.getByText("amount is needed").waitFor();
  await form.getByText("approved is needed").waitFor();
  await form.getByRole("radio", { name: "true" }).check();
  await form.getByRole("textbox", { name: "amount *" }).fill("12.5");
  await form.getByText("write a whole number").waitFor();
  await form.getByRole("textbox", { name: "amount *" }).fill("500");
  await form.getByLabel("kind").selectOption("gift");
  await form.getByRole("textbox", { name: "tags" }).fill('["a"');
  await form.getByText(/not JSON yet/).waitFor();
  await form.getByRole("textbox", { name: "tags" }).fill('["a"]');
  await form.getByRole("button", { name: "Send decide" }).click();
  await form
    .getByText(/500|100/)
    .last()
    .waitFor();
  assert.equal((await client.getRun(run)).status, "waiting", "what does not fit is not taken");
  const json = form.getByRole("textbox", { name: "What is sent" });
  await json.fill('{"approved": true, "amount": 40, "kind": "gift", "note": "fine"}');
  assert.equal(await form.getByRole("textbox", { name: "amount *" }).inputValue(), "40");
  await form.getByRole("textbox", { name: "amount *" }).fill("41");
  assert.match(await json.inputValue(), /"note": "fine"/);
  await form.getByRole("button", { name: "Send decide" }).click();
  await page.getByText("The engine has taken decide.").waitFor();
  await wait.waitFor({ state: "detached" });
  const ended = await until(client, run, ({ status }) => status === "completed");
  assert.deepEqual(ended.output, { approved: true, amount: 41, kind: "gift", note: "fine" });
  assertClean();
  await context.close();
});

test("what begins to wait comes by itself, and nothing of it is shown to nobody", async () => {
  const { client, url } = dev.engine();
  const { page, context, assertClean } = await dev.open("/waits");
  await page.getByText("Live", { exact: true }).waitFor();
  const { run } = await client.startRun("approval", { body: '{"order": "o-live"}' });
  await page.getByText("order=o-live").waitFor();
  await client.cancelRun(run, true);
  await page.getByText("order=o-live").waitFor({ state: "detached" });
  assertClean();
  await context.close();
  for (const path of ["/api/waits", "/api/runs", "/api/failures"]) {
    assert.equal((await fetch(`${url}${path}`)).status, 401, path);
  }
});

test("however many wait, they come page by page, and those behind stay live", async () => {
  const { client } = dev.engine();
  const more: string[] = [];
  for (let n = 0; n < 12; n++) {
    const starts = Array.from({ length: 20 }, (_, k) =>
      client.startRun("approval", { body: `{"order": "m-${n}-${k}"}` }),
    );
    more.push(...(await Promise.all(starts)).map(({ run }) => run));
  }
  const last = more.toSorted().at(-1) ?? "";
  for (const run of more) await until(client, run, ({ status }) => status === "waiting");
  const { page, context, assertClean } = await dev.open("/waits");
  const waits = page.getByRole("list", { name: /What waits/ }).locator(":scope > li");
  await page.getByText("The oldest 100 runs stand here; more wait.").waitFor();
  assert.equal(await waits.count(), 100);
  // One that is behind the last row is not put among those that are shown.
  const { run: behind } = await client.startRun("approval", { body: '{"order": "behind"}' });
  await until(client, behind, ({ status }) => status === "waiting");
  await page.getByRole("button", { name: "Show more" }).click();
  await page.getByText("The oldest 200 runs stand here; more wait.").waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Show more" }).click();
  await page.getByText(/runs stand here; more wait/).waitFor({ state: "detached" });
  await waits.filter({ hasText: last }).waitFor();
  assert.equal(await waits.filter({ hasText: "order=behind" }).count(), 1);
  await client.cancelRun(last, true);
  await waits.filter({ hasText: last }).waitFor({ state: "detached" });
  assertClean();
  await context.close();
});
