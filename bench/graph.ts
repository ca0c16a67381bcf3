// Graphs of runs of 250 steps in Chromium: how long its layout takes, and the tasks of the main thread while it is moved.
//
// Usage: node bench/graph.ts [--rounds N]

import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../test/dashboard/chromium.ts";
import { signedIn } from "../test/dashboard/signed-in.ts";
import { startDev } from "../test/process/start-engine.ts";
import { until } from "../test/process/until.ts";
import { range } from "./figures.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const rounds = Number(values.rounds);
/** Of a task of the main thread. */
const targetMs = 20;
const movedPoints = 60;

type Steps = readonly (readonly number[])[];

/** What each of 250 steps comes after. */
const shapes: Readonly<Record<string, Steps>> = {
  // 25 stages of ten; many steps come after two of the stage before.
  stages: Array.from({ length: 250 }, (_, number) => {
    const beside = number - (number % 10) - 1 - (number % 7);
    return number < 10 ? [] : [...new Set([number - 10, number % 3 === 0 ? beside : number - 10])];
  }),
  // Each after two of the twenty before it, as nobody would write it.
  tangle: Array.from({ length: 250 }, (_, number) =>
    number === 0
      ? []
      : [...new Set([7, 13].map((factor) => Math.max(0, number - 1 - ((number * factor) % 20))))],
  ),
};

function documentOf(name: string, steps: Steps): string {
  const lines = steps.map((after, number) => {
    const before = after.map((one) => `s${one}`).join(", ");
    return `  s${number}: {after: [${before}], value: ${number}}`;
  });
  return `name: ${name}\nversion: 1\ntriggers: [{type: http}]\nsteps:\n${lines.join("\n")}\n`;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** Microseconds; `tdur` of them the processor worked at it, however busy the machine was with other things. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

interface Task {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Tasks of the page's main thread while `act` goes on. */
async function tasksWhile(browser: Browser, page: Page, act: () => Promise<void>): Promise<readonly Task[]> {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "__metadata"] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith("RunTask") && mains.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ ms: dur / 1_000, cpuMs: tdur / 1_000 }));
}

async function pan(page: Page): Promise<void> {
  const box = await page.locator(".graph-pane").boundingBox();
  if (box === null) throw new Error("there is no graph");
  const [x, y] = [box.x + 20, box.y + 12];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let point = 0; point < movedPoints; point++) {
    const turn = (point / movedPoints) * 2 * Math.PI;
    await page.mouse.move(x + 150 * (1 - Math.cos(turn)), y + 150 * Math.sin(turn) ** 2);
    // A hand is not faster than the screen.
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(resolve))");
  }
  await page.mouse.up();
}

function tell(what: string, tasks: readonly Task[]): void {
  const longest = (of: readonly number[]) => {
    const sorted = [...of].sort((a, b) => b - a);
    const over = sorted.filter((ms) => ms > targetMs).length;
    return `${sorted
      .slice(0, 5)
      .map((ms) => ms.toFixed(1))
      .join(", ")} ms (${over} over ${targetMs})`;
  };
  const [wall, cpu] = [tasks.map(({ ms }) => ms), tasks.map(({ cpuMs }) => cpuMs)];
  console.log(`${what}: longest tasks ${longest(wall)}; of the processor's time ${longest(cpu)}`);
}

const home = mkdtempSync(join(tmpdir(), "dispatched-graph-"));
const engine = await startDev(home);
const browser = await launchChromium();
try {
  for (const [name, steps] of Object.entries(shapes)) {
    await engine.client.putWorkflow(name, documentOf(name, steps), "yaml");
    const { run } = await engine.client.startRun(name, { body: null });
    await until(engine.client, run, ({ ended_at }) => ended_at !== null);
    const layouts: number[] = [];
    for (let round = 0; round < rounds; round++) layouts.push(await measure(name, `/runs/${run}?view=graph`));
    console.log(`${name}, layout: ${range(layouts)} ms`);
  }
  console.log(
    `load of the machine: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(", ")}`,
  );
} finally {
  await browser.close();
  engine.child.kill("SIGTERM");
  await engine.ended;
  rmSync(home, { recursive: true, force: true });
}

/** Tells the tasks; returns how long the layout took, in milliseconds. */
async function measure(name: string, path: string): Promise<number> {
  const { page, context } = await signedIn(browser, { url: engine.url, home, path });
  await page.locator("[data-step]").nth(249).waitFor({ state: "attached" });
  // What belongs to the opening of the page is over.
  await page.evaluate("new Promise((resolve) => setTimeout(() => requestIdleCallback(resolve), 1_000))");
  const layouts = (await page.evaluate(
    `performance.getEntriesByName("graph layout").map(({ duration }) => duration)`,
  )) as readonly number[];
  tell(`${name}, fitted, moved`, await tasksWhile(browser, page, () => pan(page)));
  for (let press = 0; press < 3; press++) await page.getByRole("button", { name: "Zoom in" }).click();
  tell(`${name}, near, moved`, await tasksWhile(browser, page, () => pan(page)));
  await context.close();
  return Math.max(...layouts);
}
