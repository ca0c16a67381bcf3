// A thousand events a second arrive for ten seconds: what that does to the frames of the page that shows them.

import { ScriptedService } from "../../process/scripted-service.ts";
import type { RunningDev } from "../running-dev.ts";
import { signedIn } from "../signed-in.ts";
import { framesNoted, noteFrames } from "./figures.ts";

/** Two events each: with so many at once, each so long, a thousand events a second. */
const items = 5_000;
const atOnce = 100;
const answerMs = 200;

export async function measureEvents({ engine, browser, home }: RunningDev): Promise<readonly string[]> {
  const { client, url } = engine;
  const service = new ScriptedService();
  const address = await service.start();
  service.scripts.set("/item", () => new Promise((resolve) => setTimeout(resolve, answerMs, [200, {}])));
  const list = JSON.stringify(Array.from({ length: items }, (_, item) => item));
  const each = `each: {after: [ask], request: {method: POST, url: "${address}/item"}, strategy: {type: fan_out, concurrency: ${atOnce}, over: ${list}}}`;
  const steps = `steps:\n  ask: {wait: {signal: go}}\n  ${each}`;
  await client.putWorkflow("many", `name: many\nversion: 1\ntriggers: [{type: http}]\n${steps}\n`, "yaml");
  const lines: string[] = [];
  for (const view of ["graph", "timeline"]) {
    const { run } = await client.startRun("many", { body: null });
    const path = `/runs/${run}?view=${view}&step=-`;
    const { page, context } = await signedIn(browser, { url, home, path });
    await page.getByText("waits for go").first().waitFor();
    await noteFrames(page);
    const begun = performance.now();
    await client.sendSignal(run, "go", { body: null });
    for (let over = false; !over; ) over = (await client.getRun(run, 60)).ended_at !== null;
    const seconds = (performance.now() - begun) / 1_000;
    const { seq } = await client.getRun(run);
    const painted = performance.now();
    await page.locator(`[data-seq='${seq}']`).waitFor({ timeout: 120_000 });
    const behind = performance.now() - painted;
    lines.push(
      `${view}: ${seq} events in ${seconds.toFixed(1)} s, the last one in the page ${behind.toFixed(0)} ms later`,
    );
    lines.push(...(await framesNoted(page)).map((line) => `${view}: ${line}`));
    await context.close();
  }
  service.stop();
  return lines;
}
