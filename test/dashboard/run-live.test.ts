// A run followed as it goes: many items, several readers at once; prints how long things took.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ScriptedService } from "../process/scripted-service.ts";
import { until } from "../process/until.ts";
import { devEngine } from "./dev-engine.ts";
import { picture } from "./picture.ts";

const service = new ScriptedService();
let address: string;

const hasEnded = ({ ended_at }: { readonly ended_at: string | null }) => ended_at !== null;

const dev = devEngine({}, async () => {
  address = await service.start();
});
after(() => service.stop());

async function start(name: string, document: string): Promise<string> {
  await dev
    .engine()
    .client.putWorkflow(name, `name: ${name}\nversion: 1\ntriggers: [{type: http}]\n${document}\n`, "yaml");
  return (await dev.engine().client.startRun(name, { body: null })).run;
}

test("of 10,000 items those in sight are asked for; any of them is reached", async () => {
  const list = JSON.stringify(Array.from({ length: 10_000 }, (_, item) => item));
  const run = await start(
    "thousands",
    `steps: {each: {value: "{{ item }}", strategy: {type: scatter, over: ${list}}}}`,
  );
  await until(dev.engine().client, run, hasEnded);
  const path = `/runs/${run}`;
  const { page, context, assertClean } = await dev.open(path);
  const graph = page.locator("[data-step=each]");
  await graph.waitFor();
  const begun = performance.now();
  await graph.click();
  const panel = page.getByRole("complementary", { name: "Step each" });
  await panel.locator("[data-item='0']").waitFor();
  console.log(`10,000 items are open after ${Math.round(performance.now() - begun)} ms`);
  assert.ok((await panel.locator("[data-item]").count()) < 100);
  await page.evaluate(`{
    const box = document.querySelector("[data-item='0']").closest(".overflow-auto.rounded-md");
    box.scrollTop = box.scrollHeight;
  }`);
  await panel.locator("[data-item='9999']").waitFor();
  await picture(page, "run-items");
  assertClean();
  await context.close();
});

test("two browsers and a program that follows get the same end, and each event in its order", async () => {
  const run = await start(
    "followed",
    `steps:
  ask: {wait: {signal: go}}
  each: {after: [ask], request: {method: POST, url: "${address}/each", body: {n: "{{ item }}"}}, strategy: {type: fan_out, over: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}`,
  );
  const path = `/runs/${run}`;
  const readers = await Promise.all([1, 2].map(() => dev.open(path)));
  await Promise.all(
    readers.map(({ page }) =>
      page.getByRole("region", { name: "Verdict" }).getByText("waits for go").waitFor(),
    ),
  );
  const seqs: number[] = [];
  const following = (async () => {
    for await (const { seq } of dev.engine().client.followRun(run)) seqs.push(seq);
    return performance.now();
  })();
  await dev.engine().client.sendSignal(run, "go", { body: null });
  const seen = Promise.all(
    readers.map(async ({ page }) => {
      await page.getByRole("region", { name: "Verdict" }).getByText("completed after").waitFor();
      return performance.now();
    }),
  );
  await until(dev.engine().client, run, hasEnded);
  const ended = performance.now();
  const times = [await following, ...(await seen)].map((at) => Math.round(at - ended));
  console.log(
    `after its end was asked for, the end came after ${times.join(", ")} ms (program, two browsers)`,
  );
  assert.deepEqual(
    seqs,
    Array.from(seqs, (_, index) => index + 1),
  );
  for (const { page, context, assertClean } of readers) {
    await page.locator(`[data-seq='${seqs.length}']`).waitFor();
    assertClean();
    await context.close();
  }
});
