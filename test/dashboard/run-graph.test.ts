// The graph of a run: gone through by keys, strategies as one step that is opened, and a great one that is moved.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { until } from "../process/until.ts";
import { assertAccessible } from "./chromium.ts";
import { devEngine } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const service = new ScriptedService();
let address: string;

before(async () => {
  address = await service.start();
});

after(() => service.stop());

const dev = devEngine();

const hasEnded = ({ ended_at }: { readonly ended_at: string | null }) => ended_at !== null;

async function start(name: string, document: string): Promise<string> {
  const { client } = dev.engine();
  const text = `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${document}\n`;
  await client.putWorkflow(name, text, "yaml");
  return (await client.startRun(name, { body: null })).run;
}

let slept: Promise<string> | undefined;

/** A run that sleeps while the other tests go on: longer than anything else in it takes, however busy the machine is. */
function sleepingRun(): Promise<string> {
  slept ??= startSleeping();
  return slept;
}

async function startSleeping(): Promise<string> {
  await dev
    .engine()
    .client.putWorkflow("part", "name: part\nversion: 1\ntriggers: []\nsteps: {one: {value: 1}}\n", "yaml");
  service.scripts.set("/no", () => [422, {}]);
  return start(
    "shown",
    `steps:
  pay: {request: {method: POST, url: "${address}/pay"}, compensate: {request: {method: POST, url: "${address}/refund"}}}
  inner: {after: [pay], workflow: {name: part}}
  rest: {after: [inner], sleep: 8s}
  mail: {after: [rest], request: {method: POST, url: "${address}/no"}}`,
  );
}

const manyEntries = JSON.stringify(Array.from({ length: 2_000 }, (_, item) => item));
const many = `steps:
  load: {value: 1}
  each: {after: [load], value: "{{ item }}", strategy: {type: scatter, over: ${manyEntries}}}
  few: {after: [load], request: {method: POST, url: "ADDRESS/few/{{ item }}"}, strategy: {type: fan_out, over: [0, 1, 2], on_error: continue}}
  part: {after: [few], workflow: {name: inner}, strategy: {type: scatter, over: [a, b]}}
  last: {after: [each, part], value: 2}`;

test("a strategy is one step with counts; opened, it has its first items and the way to the others", async () => {
  await sleepingRun();
  await dev
    .engine()
    .client.putWorkflow("inner", "name: inner\nversion: 1\ntriggers: []\nsteps: {one: {value: 1}}\n", "yaml");
  service.scripts.set("/few/1", () => [422, {}]);
  const run = await start("many", many.replace("ADDRESS", address));
  await until(dev.engine().client, run, hasEnded);
  const { page, context, assertClean } = await dev.open(`/runs/${run}`);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/items")) asked.push(new URL(request.url()).search);
  });
  const graph = page.getByRole("region", { name: "Graph of the steps" });
  await graph.getByRole("button", { name: /^each: completed, 2,000 completed, scatter/ }).waitFor();
  await graph.getByRole("button", { name: /^few: .*2 completed, 1 failed, fan_out/ }).waitFor();
  assert.equal(await page.locator("[data-stop]").count(), 5);
  const placeOf = async (step: string) => page.locator(`[data-step=${step}]`).boundingBox();
  const closed = await placeOf("few");
  await graph.getByRole("button", { name: "Items of few" }).click();
  await graph.getByRole("button", { name: "few[1]: failed, 1" }).waitFor();
  const opened = await placeOf("few");
  const [aside, down] = [(opened?.x ?? 0) - (closed?.x ?? 0), (opened?.y ?? 0) - (closed?.y ?? 0)];
  assert.ok(Math.hypot(aside, down) < 1, `what is opened stays where it is, not ${aside}, ${down}`);
  await graph.getByRole("button", { name: "Items of each", exact: true }).click();
  await graph.getByRole("button", { name: "each[5]: completed, 5" }).waitFor();
  await graph.getByRole("button", { name: "Items of part" }).click();
  await graph.getByRole("link", { name: "Child run of part[1]" }).waitFor();
  // Three pages, none longer than what is shown; of 2,000 items, seven more stops.
  assert.deepEqual(asked, ["?limit=6", "?limit=6", "?limit=6"]);
  assert.equal(await page.locator("[data-stop]").count(), 5 + 3 + 7 + 2);
  await graph.getByRole("button", { name: "Show all of it" }).click();
  await picture(page, "run-graph-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await assertAccessible(page);
  await picture(page, "run-graph-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await graph.getByRole("button", { name: "few[1]: failed, 1" }).click();
  await page.getByRole("complementary", { name: "Step few[1]" }).waitFor();
  assert.match(page.url(), /step=few&item=1/);
  await graph.getByRole("button", { name: "1,994 more items of each in the panel" }).click();
  await page.getByRole("complementary", { name: "Step each" }).locator("[data-item='0']").waitFor();
  await assertAccessible(page);
  await graph.getByRole("button", { name: "Items of each", exact: true }).click();
  await page.locator("[data-stop='each[0]']").waitFor({ state: "detached" });
  await graph.getByRole("link", { name: "Child run of part[1]" }).click();
  await page.getByText("part of run_", { exact: false }).first().waitFor();
  assertClean();
  await context.close();
});

test("arrow keys go along the lines and through opened items; Enter opens; Tab passes the graph by", async () => {
  const run = await start(
    "walked",
    `steps:
  a: {value: 1}
  b: {after: [a], value: "{{ item }}", strategy: {type: scatter, over: [1, 2]}}
  c: {after: [a], value: 3}
  d: {after: [b], value: 4}`,
  );
  await until(dev.engine().client, run, hasEnded);
  const { page, context, assertClean } = await dev.open(`/runs/${run}`);
  const at = () => page.evaluate("document.activeElement.dataset.stop ?? document.activeElement.ariaLabel");
  await page.locator("[data-step=a]").focus();
  await page.keyboard.press("ArrowDown");
  assert.match(String(await at()), /^[bc]$/);
  const left = async (step: string) => (await page.locator(`[data-step=${step}]`).boundingBox())?.x ?? 0;
  const [leftmost, other] = (await left("b")) < (await left("c")) ? ["b", "c"] : ["c", "b"];
  await page.locator(`[data-step=${leftmost}]`).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await at(), other);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await at(), leftmost);
  await page.locator("[data-step=b]").focus();
  await page.keyboard.press("Tab");
  assert.equal(await at(), "Items of b");
  await page.keyboard.press("Enter");
  await page.locator("[data-stop='b[1]']").waitFor();
  await page.keyboard.press("Shift+Tab");
  const walked: unknown[] = [];
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"]) {
    await page.keyboard.press(key);
    walked.push(await at());
  }
  assert.deepEqual(walked, ["b[0]", "b[1]", "d", "b[1]"]);
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Step b[1]" }).waitFor();
  await page.keyboard.press("Home");
  assert.equal(await at(), "a");
  await page.keyboard.press("Tab");
  assert.equal(await at(), "Zoom in");
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("In a graph").waitFor();
  assertClean();
  await context.close();
});

test("a graph of 250 steps is laid out and moved; prints the longest task of the main thread", async () => {
  const steps = Array.from({ length: 250 }, (_, number) => {
    const after = number < 10 ? "" : `after: [s${number - 10}], `;
    return `  s${number}: {${after}value: ${number}}`;
  });
  const run = await start("wide", `steps:\n${steps.join("\n")}`);
  await until(dev.engine().client, run, hasEnded);
  const path = `/runs/${run}`;
  const { page, context, assertClean } = await dev.open(path);
  // Beyond twelve steps the timeline comes first.
  assert.equal(await page.getByRole("tab", { name: "Timeline" }).getAttribute("aria-selected"), "true");
  await page.getByRole("tab", { name: "Graph" }).click();
  await page.locator("[data-step]").nth(249).waitFor({ state: "attached" });
  const box = await page.locator(".graph-pane").boundingBox();
  assert.ok(box !== null);
  await page.evaluate(`{
    const drawing = document.querySelector(".graph-drawing");
    const changed = new Set();
    window.moves = 0;
    window.changed = changed;
    new MutationObserver((records) => {
      for (const { target, type, attributeName } of records) {
        if (target === drawing && attributeName === "style") window.moves++;
        else changed.add(type + " of " + target.className);
      }
    }).observe(drawing.parentElement, { attributes: true, childList: true, characterData: true, subtree: true });
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ entryTypes: ["longtask"] });
  }`);
  await page.mouse.move(box.x + 20, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 400, box.y + 160, { steps: 40 });
  await page.mouse.up();
  await page.mouse.move(box.x + 500, box.y + 200);
  const moved = (await page.evaluate(`({ moves, changed: [...changed], longest })`)) as {
    readonly moves: number;
    readonly changed: readonly string[];
    readonly longest: number;
  };
  const [layout] = (await page.evaluate(
    `performance.getEntriesByName("graph layout").map(({ duration }) => duration).reverse()`,
  )) as readonly number[];
  const longest = moved.longest === 0 ? "less than 50" : Math.round(moved.longest);
  console.log(`laid out in ${Math.round(layout ?? 0)} ms; moved, the longest task took ${longest} ms`);
  // Moved by one transform: nothing is drawn anew, added or taken away.
  assert.ok(moved.moves > 10);
  assert.deepEqual(moved.changed, []);
  await picture(page, "run-wide");
  const transform = () => page.locator(".graph-drawing").evaluate((element) => element.getAttribute("style"));
  const still = await transform();
  await page.mouse.wheel(0, 200);
  await page.evaluate(`new Promise((done) => {
    const look = () => (document.scrollingElement.scrollTop > 0 ? done() : requestAnimationFrame(look));
    look();
  })`);
  assert.equal(await transform(), still, "a wheel moves the page");
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await page.locator(`.graph-drawing:not([style="${still}"])`).waitFor({ state: "attached" });
  assertClean();
  await context.close();
});

test("a graph is walked by the keyboard: a child is linked, what was undone says so, a long wait is folded", async () => {
  const run = await sleepingRun();
  await until(dev.engine().client, run, hasEnded);
  const path = `/runs/${run}`;
  const { page, context, assertClean } = await dev.open(path);
  const pay = page.locator("[data-step=pay]");
  await page.getByRole("button", { name: /^pay: compensated, .* Before inner/ }).waitFor();
  await pay.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Step pay" }).waitFor();
  assert.match(page.url(), /step=pay/);
  await assertAccessible(page);
  await picture(page, "run-undone");
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.locator("[data-kind=undo]").first().waitFor();
  const narrow = await page
    .locator("[data-kind]")
    .evaluateAll((bars) => bars.filter((bar) => bar.getBoundingClientRect().width < 5.9).length);
  assert.equal(narrow, 0);
  await page
    .getByTitle(/of idle time, folded/)
    .first()
    .waitFor();
  await picture(page, "run-folded");
  await page.getByRole("tab", { name: "Graph" }).click();
  await page.getByRole("link", { name: "Child run of inner" }).click();
  await page.getByText("part of run_", { exact: false }).first().waitFor();
  assertClean();
  await context.close();
});
