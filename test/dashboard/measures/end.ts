// A run is followed in two browsers and in a terminal: how long after its end each of them has it, and has painted it.

import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../tidy/source-files.ts";
import { launchChromium } from "../chromium.ts";
import type { RunningDev } from "../running-dev.ts";
import { signedIn } from "../signed-in.ts";
import { spread } from "./figures.ts";

const times = 10;
const document = `name: followed
version: 1
triggers: [{type: http}]
steps:
  ask: {wait: {signal: go}}
  then: {after: [ask], value: 1}
`;

/** Notes when the page had painted the last event of the log, and when the verdict; milliseconds since 1970. */
const watch = `(() => {
  window.had = {};
  const note = (name) => {
    if (window.had[name] !== undefined) return;
    window.had[name] = 0;
    requestAnimationFrame(() => setTimeout(() => { window.had[name] = Date.now(); }));
  };
  new MutationObserver(() => {
    if (document.querySelector("[aria-label='Event log']")?.textContent.includes("run.completed")) note("event");
    if (document.querySelector("[data-verdict]")?.textContent.startsWith("completed after")) note("verdict");
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
})()`;

const both = `new Promise((resolve) => {
  const look = () => window.had.event > 0 && window.had.verdict > 0 ? resolve(window.had) : setTimeout(look, 50);
  look();
})`;

const had = (page: Page) =>
  page.evaluate(both) as Promise<{ readonly event: number; readonly verdict: number }>;

/** A run that is started and followed by the command; `end` resolves to when it had told the end. */
function follow({ engine, home }: RunningDev) {
  const child = spawn(join(root, "bin/dispatched"), ["run", "followed", "--follow"], {
    env: { ...process.env, DISPATCHED_HOME: home, DISPATCHED_URL: engine.url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  const run = Promise.withResolvers<string>();
  const end = Promise.withResolvers<number>();
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
    const id = /run_\w+/.exec(text)?.[0];
    if (id !== undefined) run.resolve(id);
    if (/^completed/m.test(text)) end.resolve(Date.now());
  });
  child.once("close", () => {
    run.reject(new Error(`the command told no run\n${text}`));
    end.reject(new Error(`the command told no end\n${text}`));
  });
  return { run: run.promise, end: end.promise };
}

export async function measureEnd(dev: RunningDev): Promise<readonly string[]> {
  const { client, url } = dev.engine;
  await client.putWorkflow("followed", document, "yaml");
  const other = await launchChromium();
  const [terminal, events, verdicts]: [number[], number[], number[]] = [[], [], []];
  const pages = await Promise.all(
    [dev.browser, other].map((browser) => signedIn(browser, { url, home: dev.home })),
  );
  for (let time = 0; time < times; time++) {
    const told = follow(dev);
    const run = await told.run;
    for (const { page } of pages) {
      await page.goto(`/runs/${run}`);
      await page.locator("[data-verdict]", { hasText: "waits for go" }).waitFor();
      await page.getByText("live", { exact: true }).waitFor();
      await page.evaluate(watch);
    }
    await client.sendSignal(run, "go", { body: null });
    terminal.push(await told.end);
    const ended = Date.parse((await client.getRun(run)).ended_at ?? "");
    terminal.push((terminal.pop() ?? 0) - ended);
    for (const { page } of pages) {
      const { event, verdict } = await had(page);
      events.push(event - ended);
      verdicts.push(verdict - ended);
    }
  }
  await other.close();
  return [
    `the terminal has told it: ${spread(terminal)}`,
    `the browsers have painted the event: ${spread(events)}`,
    `the browsers have painted the verdict: ${spread(verdicts)}`,
  ];
}
