// Ten thousand runs are scrolled through: the frames while the page goes down, page after page, and up again.

import type { RunningDev } from "../running-dev.ts";
import { signedIn } from "../signed-in.ts";
import { framesNoted, noteFrames } from "./figures.ts";

const count = 10_000;
const child = "name: one\nversion: 1\ntriggers: []\nsteps:\n  only: {value: 1}\n";
const parent = `name: all
version: 1
triggers: [{type: http}]
steps:
  each: {workflow: {name: one}, strategy: {type: scatter, over: "{{ trigger.body }}"}}
output: 1
`;

/** Scrolls by so many points a frame, until the end of what there is. */
const scroll = (points: number, frames: number) => `(async () => {
  for (let frame = 0; frame < ${frames}; frame++) {
    scrollBy(0, ${points});
    await new Promise(requestAnimationFrame);
  }
})()`;

export async function measureRows({ engine, browser, home }: RunningDev): Promise<readonly string[]> {
  const { client, url } = engine;
  await client.putWorkflow("one", child, "yaml");
  await client.putWorkflow("all", parent, "yaml");
  const body = JSON.stringify(Array.from({ length: count }, (_, index) => index));
  const { run } = await client.startRun("all", { body });
  for (let over = false; !over; ) over = (await client.getRun(run, 60)).ended_at !== null;
  const { page, context } = await signedIn(browser, { url, home, path: "/runs?workflow=one" });
  await page.locator("tr[id^=row-]").first().waitFor();
  const lines: string[] = [];
  await noteFrames(page);
  for (let last = 0; last < count - 1; ) {
    await page.evaluate(scroll(900, 20));
    last = Number((await page.locator("tr[id^=row-]").last().getAttribute("data-index")) ?? 0);
  }
  lines.push(...(await framesNoted(page)).map((line) => `down, pages loaded on the way: ${line}`));
  await noteFrames(page);
  await page.evaluate(scroll(-240, 400));
  lines.push(...(await framesNoted(page)).map((line) => `up, all loaded: ${line}`));
  await context.close();
  return lines;
}
