// A run of 10,000 items is opened: until its verdict and its step are painted, and until its items are.

import type { RunningDev } from "../running-dev.ts";
import { signedIn } from "../signed-in.ts";
import { spread } from "./figures.ts";

const count = 10_000;
const times = 8;

const seen = (selector: string) => `new Promise((resolve) => {
  const look = () => document.querySelector(${JSON.stringify(selector)}) === null
    ? requestAnimationFrame(look)
    : requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  look();
})`;

export async function measureItems({ engine, browser, home }: RunningDev): Promise<readonly string[]> {
  const { client, url } = engine;
  const list = JSON.stringify(Array.from({ length: count }, (_, item) => item));
  const steps = `steps: {each: {value: "{{ item }}", strategy: {type: scatter, over: ${list}}}}`;
  await client.putWorkflow("items", `name: items\nversion: 1\ntriggers: [{type: http}]\n${steps}\n`, "yaml");
  const { run } = await client.startRun("items", { body: null });
  for (let over = false; !over; ) over = (await client.getRun(run, 30)).ended_at !== null;
  const { page, context } = await signedIn(browser, { url, home });
  const opened: number[] = [];
  const items: number[] = [];
  for (let time = 0; time < times; time++) {
    await page.goto(`/runs/${run}`, { waitUntil: "commit" });
    const verdict = (await page.evaluate(seen("[data-verdict]"))) as number;
    opened.push(Math.max(verdict, (await page.evaluate(seen(".graph-step [data-step]"))) as number));
    await page.goto(`/runs/${run}?step=each`, { waitUntil: "commit" });
    items.push((await page.evaluate(seen("[data-item='0']"))) as number);
  }
  await context.close();
  return [`verdict and graph painted: ${spread(opened)}`, `its items painted: ${spread(items)}`];
}
