// What schedules cost while nothing is due: CPU of the engine over a minute.
//
// Usage: node bench/schedules.ts [--schedules N] [--seconds N]

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type StartedEngine, startDispatched } from "./dispatched.ts";
import { cpuSeconds, residentMb, stop } from "./started.ts";

const { values } = parseArgs({
  options: { schedules: { type: "string", default: "10000" }, seconds: { type: "string", default: "60" } },
});
const schedules = Number(values.schedules);
const seconds = Number(values.seconds);
const coreShareMax = 0.01;
/** What a start costs is over by then. */
const settleMs = 5_000;
const inFlight = 16;

const zones = ["Etc/UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"];

/** Due once a year, half a year from now, each at another minute. */
function workflow(number: number): string {
  const month = ((new Date().getUTCMonth() + 6) % 12) + 1;
  const schedule = `${number % 60} ${number % 24} ${(number % 28) + 1} ${month} *`;
  return `
name: scheduled-${number}
version: 1
triggers: [{type: cron, schedule: "${schedule}", timezone: ${zones[number % zones.length]}}]
steps: {only: {value: 1}}
`;
}

/** Share of one core that the process uses while nothing happens. */
async function restingShare(engine: StartedEngine): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const [cpu, began] = [cpuSeconds(engine), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return (cpuSeconds(engine) - cpu) / ((performance.now() - began) / 1000);
}

async function put(engine: StartedEngine): Promise<void> {
  let next = 0;
  const one = async () => {
    for (let number = next++; number < schedules; number = next++)
      await engine.client.putWorkflow(`scheduled-${number}`, workflow(number), "yaml");
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, one));
  console.log(`${schedules} workflows put in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

const home = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
let engine = await startDispatched(home);
try {
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
  const empty = await restingShare(engine);
  await put(engine);
  await stop(engine);
  const began = performance.now();
  engine = await startDispatched(home);
  console.log(`started again in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const full = await restingShare(engine);
  console.log(
    `over ${seconds} s with ${schedules} schedules: ${percent(full)} of a core, without any ${percent(empty)}; ` +
      `below ${percent(coreShareMax)} is wanted; resident ${residentMb(engine)} MB`,
  );
  if (full >= coreShareMax) process.exitCode = 1;
} finally {
  await stop(engine);
  rmSync(home, { recursive: true, force: true });
}
