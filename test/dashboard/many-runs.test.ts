// Many runs: the first that anybody sees, ten thousand scrolled, and a thousand changes after which page and engine agree.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { devEngine } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const waiting = `name: changing
version: 1
triggers: [{type: http}]
steps:
  ask: {wait: {signal: go}}
`;
const child = "name: one\nversion: 1\ntriggers: []\nsteps:\n  only: {value: 1}\n";
const parent = `name: all
version: 1
triggers: [{type: http}]
steps:
  each: {workflow: {name: one}, strategy: {type: scatter, over: "{{ trigger.body }}"}}
output: 1
`;

const dev = devEngine();
const rows = (page: Page) => page.locator("tr[id^=row-]");

test("with no run at all the page teaches three commands, and the first run appears by itself", async () => {
  const { client } = dev.engine();
  const { page, context, assertClean } = await dev.open("/runs");
  await page.getByRole("heading", { name: "No runs yet" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Copy the command/ }).count(), 3);
  await picture(page, "runs-first");
  await client.putWorkflow("changing", waiting, "yaml");
  await client.startRun("changing", { body: null });
  await rows(page).first().waitFor();
  assertClean();
  await context.close();
});

test("after a thousand changes every row says what the engine says", async () => {
  const { client } = dev.engine();
  const { page, context, assertClean } = await dev.open("/runs?workflow=changing");
  const runs: string[] = [];
  for (let n = 0; n < 25; n++) runs.push((await client.startRun("changing", { body: null })).run);
  await page.getByRole("button", { name: /new$/ }).click();
  await rows(page).nth(25).waitFor();
  for (let n = 0; n < 20; n++) {
    for (const command of ["pause", "resume"] as const) {
      await Promise.all(runs.map((run) => client.command(run, command)));
    }
  }
  await Promise.all(runs.slice(0, 10).map((run) => client.cancelRun(run, true)));
  await Promise.all(runs.slice(10, 20).map((run) => client.command(run, "pause")));
  for (const run of runs) {
    const { status } = await client.getRun(run);
    await page.locator(`#row-${run} [data-status=${status}]`).waitFor();
  }
  assertClean();
  await context.close();
});

/** Two thousand in the gate; `DISPATCHED_ROWS=10000` for as many as a page must bear. */
const count = Number(process.env["DISPATCHED_ROWS"] ?? 2_000);

/** Milliseconds from frame to frame while a page scrolls by 240 points a frame, in order. */
const scrolled = `(async () => {
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  for (let n = 0; n < 200; n++) {
    scrollBy(0, -240);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames.sort((one, other) => one - other);
})()`;

test("as many runs as there are scroll, and only those in sight are in the page", async (context) => {
  const { client } = dev.engine();
  await client.putWorkflow("one", child, "yaml");
  await client.putWorkflow("all", parent, "yaml");
  const body = JSON.stringify(Array.from({ length: count }, (_, index) => index));
  const { run } = await client.startRun("all", { body });
  while ((await client.getRun(run, 30)).ended_at === null) await pause(10);
  const { page, context: tab, assertClean } = await dev.open("/runs?workflow=one");
  await rows(page).first().waitFor();
  await page.mouse.move(700, 500);
  let drawn = 0;
  for (let seen = 0; seen < count - 1; ) {
    await page.mouse.wheel(0, 3_000);
    seen = Number((await rows(page).last().getAttribute("data-index")) ?? 0);
    drawn = Math.max(drawn, await rows(page).count());
  }
  const frames = (await page.evaluate(scrolled)) as number[];
  const at = (part: number) => frames[Math.floor((frames.length - 1) * part)]?.toFixed(1);
  context.diagnostic(`frames of ${count} rows: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`);
  assert.ok(drawn < 120, `${drawn} rows in the page`);
  assertClean();
  await tab.close();
});
