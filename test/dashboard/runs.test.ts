// The page of runs: filters in the address, rows that change where they stand, what is new, what is done with one and with many.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { EngineUnderTest } from "../process/start-engine.ts";
import { until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";
import { held } from "./held.ts";
import { picture } from "./picture.ts";

const asking = `name: asking
version: 1
triggers: [{type: http}]
labels: {who: "{{ trigger.body.who }}"}
steps:
  ask: {wait: {signal: go, timeout: 6h}}
`;
const failing = `name: failing
version: 1
triggers: [{type: http}]
steps:
  charge: {request: {method: GET, url: "http://127.0.0.1:9/"}, retry: {max: 0}}
`;
const sleeping = `name: sleeping
version: 1
triggers: [{type: http}]
steps:
  nap: {sleep: 3h}
`;

let ada = "";

async function fill({ client }: EngineUnderTest): Promise<void> {
  for (const [name, text] of Object.entries({ asking, failing, sleeping })) {
    await client.putWorkflow(name, text, "yaml");
  }
  ({ run: ada } = await client.startRun("asking", { body: '{"who": "ada"}' }));
  for (let n = 0; n < 6; n++) await client.startRun("asking", { body: `{"who": "w${n}"}` });
  for (let n = 0; n < 3; n++) {
    const { run } = await client.startRun("failing", { body: null });
    await until(client, run, ({ status }) => status === "failed");
  }
  await client.startRun("sleeping", { body: null });
  await until(client, ada, ({ status }) => status === "waiting");
}

const dev = devEngine({}, fill);
const rows = (page: Page) => page.locator("tr[id^=row-]");

async function countOf(page: Page, count: number): Promise<void> {
  const until = Date.now() + 15_000;
  while ((await rows(page).count()) !== count) {
    assert.ok(Date.now() < until, `${await rows(page).count()} rows stand there, and not ${count}`);
    await pause(25);
  }
}

for (const look of [{ theme: "light" }, { theme: "dark" }, { phone: true }] as const) {
  const name = "phone" in look ? "phone" : look.theme;
  test(`the runs are listed with what they do (${name})`, async () => {
    const { page, context, assertClean } = await dev.open("/runs", look);
    await countOf(page, 11);
    await page.locator(`#row-${ada}`, { hasText: /ask · waits for go · 5 h 5\d min left/ }).waitFor();
    await assertAccessible(page);
    await picture(page, `runs-${name}`);
    assertClean();
    await context.close();
  });
}

test("each filter stands in the address, and comes back with it", async () => {
  const { page, context, assertClean } = await dev.open("/runs");
  await countOf(page, 11);
  await page.locator("summary", { hasText: "Status" }).click();
  await page.getByRole("checkbox", { name: "failed" }).check();
  await countOf(page, 3);
  assert.equal(new URL(page.url()).searchParams.get("status"), "failed");
  await page.reload();
  await countOf(page, 3);
  const expected: readonly (readonly [string, number])[] = [
    ["workflow=asking", 7],
    ["doing=timer", 1],
    ["doing=signal,timer", 8],
    ["label=who=ada", 1],
    ["status=waiting&workflow=sleeping", 1],
    ["since=1h", 11],
    ["to=2020-01-01", 0],
  ];
  for (const [search, count] of expected) {
    await page.goto(`/runs?${search.replace("label=who=", "label=who%3D")}`);
    if (count === 0) await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
    else await countOf(page, count);
  }
  const search = page.getByRole("textbox", { name: /Find runs/ });
  await search.fill("who=ada");
  await page.getByText("Enter: runs of the label who=ada").waitFor();
  await search.press("Enter");
  await page.waitForURL(/label=who%3Dada/);
  await page.getByRole("button", { name: "Clear" }).click();
  await countOf(page, 11);
  await search.fill("not a thing");
  await page.getByText(/It finds a whole run id/).waitFor();
  assertClean();
  await context.close();
});

test("runs are narrowed by when they were made: lengths before now, or two times, by the keyboard", async () => {
  for (const look of [{}, { phone: true }]) {
    const { page, context, assertClean } = await dev.open("/runs?workflow=sleeping", look);
    await countOf(page, 1);
    await page.locator("summary", { hasText: "Made any time" }).click();
    await page.getByRole("radio", { name: "last 24 hours" }).check();
    await page.waitForURL(/since=24h/);
    await countOf(page, 1);
    await page.getByLabel("From").fill("2026-01-02T03:04");
    await page.getByLabel("To").fill("2026-01-01T00:00");
    await page.getByLabel("To").press("Enter");
    await page.getByText("It ends before it begins").waitFor();
    await assertAccessible(page);
    await picture(page, `runs-times${"phone" in look ? "-phone" : ""}`);
    await page.getByLabel("To").fill("2026-01-03T00:00");
    await page.getByLabel("To").press("Enter");
    await page.getByRole("heading", { name: "No run fits these filters" }).waitFor();
    const search = new URL(page.url()).searchParams;
    assert.deepEqual([search.get("since") ?? "", Boolean(search.get("from"))], ["", true]);
    await page.getByRole("button", { name: /^Without made before/ }).click();
    await countOf(page, 1);
    await page.reload();
    await page.locator("summary", { hasText: "Made between" }).focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.getByLabel("From").inputValue(), "2026-01-02T03:04");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    await page.getByLabel("From").waitFor({ state: "hidden" });
    assertClean();
    await context.close();
  }
});

test("rows change where they stand, new runs wait, and the keyboard opens one", async () => {
  const { client } = dev.engine();
  const { page, context, assertClean } = await dev.open("/runs?workflow=sleeping");
  await countOf(page, 1);
  const { run } = await client.startRun("sleeping", { body: null });
  await page.getByRole("button", { name: "1 new" }).waitFor();
  await countOf(page, 1);
  await page.getByRole("button", { name: "1 new" }).click();
  await countOf(page, 2);
  assert.equal(await rows(page).first().getAttribute("id"), `row-${run}`);
  await client.cancelRun(run, true);
  await page.locator(`#row-${run} [data-status=cancelled]`).first().waitFor();
  await page.locator(`#row-${run} a[data-run]`).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  await page.getByText("1 taken:").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/runs/${run}`);
  assertClean();
  await context.close();
});

test("a run that fits no more stays where it is, and says so", async () => {
  const { client } = dev.engine();
  const { run } = await client.startRun("asking", { body: '{"who": "leaves"}' });
  const { page, context, assertClean } = await dev.open("/runs?status=waiting&label=who%3Dleaves");
  await countOf(page, 1);
  await client.cancelRun(run, true);
  await page.locator(`#row-${run}[title*="does not fit"] [data-status=cancelled]`).first().waitFor();
  assertClean();
  await context.close();
});

test("a row's actions are done by the engine, and those that cannot be say why", async () => {
  const { client } = dev.engine();
  const { run } = await client.startRun("asking", { body: '{"who": "acted"}' });
  const { page, context, assertClean } = await dev.open("/runs?label=who%3Dacted");
  await countOf(page, 1);
  await page.getByRole("button", { name: `Actions of ${run}` }).click();
  assert.equal(
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).getAttribute("title"),
    "It is not paused",
  );
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.locator(`#row-${run} [data-status=paused]`).waitFor();
  assert.equal((await client.getRun(run)).status, "paused");
  await page.getByRole("button", { name: `Actions of ${run}` }).click();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await page.locator(`#row-${run} [data-status=cancelled]`).first().waitFor();
  await page.getByRole("button", { name: `Actions of ${run}` }).click();
  const retries = await held(page, "**/retry");
  const again = page.getByRole("button", { name: "Run again what failed" });
  await again.click();
  await page.getByTitle("under way").first().waitFor();
  assert.equal(await again.getAttribute("aria-disabled"), "true");
  await again.click({ force: true });
  await retries.release();
  await page.getByText("A new run goes again from it.").waitFor();
  assert.equal(retries.count(), 1);
  assertClean();
  await context.close();
});

test("all that fit are told, dealt with and followed to their end, each with what became of it", async () => {
  const { client } = dev.engine();
  for (let n = 0; n < 8; n++) await client.startRun("asking", { body: '{"who": "many"}' });
  const { page, context, assertClean } = await dev.open("/runs?label=who%3Dmany");
  await countOf(page, 8);
  await page.getByRole("button", { name: "Cancel…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Cancel 8 runs" }).waitFor();
  assert.equal(await dialog.getByRole("list", { name: "The newest of them" }).locator("li").count(), 5);
  await assertAccessible(page);
  await picture(page, "runs-bulk");
  const { run: later } = await client.startRun("asking", { body: '{"who": "many"}' });
  await dialog.getByRole("button", { name: "Cancel 8 runs" }).click();
  await dialog.getByText("Done: 8 of 8 dealt with, 0 refused.").waitFor();
  const became = dialog.getByRole("list", { name: "What became of each" }).locator("li");
  await became.nth(7).waitFor();
  assert.equal(await became.count(), 8);
  assert.equal((await client.getRun(later)).status, "waiting", "what was made later is not taken");
  const { runs } = await client.listRuns({ label: "who=many", status: ["cancelled"] });
  assert.equal(runs.length, 8);
  assertClean();
  await context.close();
});

test("runs that were taken by hand are one action, followed to its end", async () => {
  const { client } = dev.engine();
  for (let n = 0; n < 3; n++) await client.startRun("asking", { body: '{"who": "hand"}' });
  const { page, context, assertClean } = await dev.open("/runs?label=who%3Dhand");
  await countOf(page, 3);
  const taken: string[] = [];
  for (const row of [rows(page).nth(0), rows(page).nth(2)]) {
    taken.push(((await row.getAttribute("id")) ?? "").replace("row-", ""));
    await row.getByRole("checkbox").check();
  }
  await page.getByText("2 taken:").waitFor();
  await page.getByRole("button", { name: "Pause…" }).click();
  const dialog = page.getByRole("dialog", { name: "Pause: those that were taken" });
  await dialog.getByRole("button", { name: "Pause 2 runs" }).click();
  await dialog.getByText("Done: 2 of 2 dealt with, 0 refused.").waitFor();
  await assertAccessible(page);
  await picture(page, "runs-taken");
  const [bulk] = (await client.listBulks()).bulks;
  const { results } = await client.getBulk(bulk?.id ?? "");
  assert.deepEqual([bulk?.action, results.map(({ run }) => run)], ["pause", taken]);
  for (const run of taken) assert.equal((await client.getRun(run)).status, "paused");
  const { runs } = await client.listRuns({ label: "who=hand", status: ["waiting"] });
  assert.equal(runs.length, 1);
  assertClean();
  await context.close();
});

test("failures stand in groups, whose runs are shown and run again", async () => {
  const { client } = dev.engine();
  const { page, context, assertClean } = await dev.open("/runs?view=failures");
  const group = page.getByRole("list", { name: "Groups of failures" }).locator("li");
  await group.filter({ hasText: "failing" }).waitFor();
  assert.match((await group.first().textContent()) ?? "", /^3 runs.*failing.*charge/);
  await assertAccessible(page);
  await picture(page, "failures");
  const { run } = await client.startRun("failing", { body: null });
  await group.filter({ hasText: /^4 runs/ }).waitFor();
  const other = failing.replaceAll("failing", "breaking").replace("charge", "settle");
  await client.putWorkflow("breaking", other, "yaml");
  await client.startRun("breaking", { body: null });
  await page.getByRole("button", { name: "1 new" }).waitFor();
  assert.equal(await group.count(), 1, "a new group waits until it is asked for");
  await page.getByRole("button", { name: "1 new" }).click();
  await group.filter({ hasText: "breaking" }).waitFor();
  assert.match((await group.first().textContent()) ?? "", /^1 runs.*breaking.*settle/);
  await page.goto("/runs?view=failures&workflow=failing");
  await group.filter({ hasText: /^4 runs/ }).waitFor();
  assert.equal((await client.getRun(run)).status, "failed");
  await group.first().getByRole("button", { name: "Rerun these…" }).click();
  await page.getByRole("button", { name: "Run again 4 runs" }).click();
  await page.getByText("Done: 4 of 4 dealt with, 0 refused.").waitFor();
  await page.keyboard.press("Escape");
  await group.first().getByRole("link", { name: "Show runs" }).click();
  await page.waitForURL(/fingerprint=[0-9a-f]{32}/);
  const found = await client.listRuns({ workflow: "failing" });
  await countOf(page, 8);
  assert.equal(found.runs.length, 8);
  assertClean();
  await context.close();
});
