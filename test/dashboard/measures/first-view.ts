// From the navigation to the painted list of runs, with a server that is warm: in a browser that knows the page, and in one that does not.

import type { Page } from "playwright-core";
import { openPage } from "../chromium.ts";
import type { RunningDev } from "../running-dev.ts";
import { signedIn } from "../signed-in.ts";
import { spread } from "./figures.ts";

const times = 10;
const workflow = "name: waits\nversion: 1\ntriggers: [{type: http}]\nsteps: {ask: {wait: {signal: go}}}\n";

/** In the page: when the first row had been painted, in milliseconds since the navigation began. */
const painted = `new Promise((resolve) => {
  const look = () => document.querySelector("tr[id^=row-]") === null
    ? requestAnimationFrame(look)
    : requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  look();
})`;

const goTo = async (page: Page, path: string) => {
  await page.goto(path, { waitUntil: "commit" });
  return (await page.evaluate(painted)) as number;
};

export async function measureFirstView({ engine, browser, home }: RunningDev): Promise<readonly string[]> {
  const { client, url } = engine;
  await client.putWorkflow("waits", workflow, "yaml");
  for (let made = 0; made < 200; made++) await client.startRun("waits", { body: null });
  const first = await signedIn(browser, { url, home });
  await goTo(first.page, "/runs");
  const known: number[] = [];
  const unknown: number[] = [];
  for (let time = 0; time < times; time++) known.push(await goTo(first.page, "/runs"));
  const kept = (await first.page.evaluate("sessionStorage.getItem('dispatched.sessions')")) as string;
  for (let time = 0; time < times; time++) {
    const { page, context } = await openPage(browser, url);
    await page.addInitScript(`sessionStorage.setItem("dispatched.sessions", ${JSON.stringify(kept)})`);
    unknown.push(await goTo(page, "/runs"));
    await context.close();
  }
  await first.context.close();
  return [`list painted, page known: ${spread(known)}`, `list painted, nothing cached: ${spread(unknown)}`];
}
