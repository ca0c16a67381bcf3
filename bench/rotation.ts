// How fast a tenant's key is rotated while a reader opens random records: at least 10,000 records a second, none unreadable.
//
// Usage: node bench/rotation.ts [--records N] [--deep]

import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type FilledTenant, fill, filledTenant, openFilled, readRun } from "../test/process/filled-tenant.ts";
import { quantile } from "./figures.ts";
import { conclude } from "./verdict.ts";

const { values } = parseArgs({
  options: { records: { type: "string", default: "100000" }, deep: { type: "boolean", default: false } },
});
const records = Number(values.records);
const rateMin = 10_000;

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of each read, in milliseconds; sorted. */
  readonly reads: readonly number[];
  readonly unreadable: number;
}

async function measure({ ports, rotations, runs, begin }: FilledTenant): Promise<Measured> {
  const reads: number[] = [];
  let unreadable = 0;
  rotations.start();
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await begin(values.deep);
  for (;;) {
    const rotation = await rotations.show(filledTenant);
    if (rotation?.endedAt != null) break;
    const at = performance.now();
    await readRun(ports, runs[Math.floor(Math.random() * runs.length)] ?? ("run_none" as never)).catch(
      (error: Error) => {
        unreadable++;
        console.error(error.message);
      },
    );
    reads.push(performance.now() - at);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6, reads: reads.sort((a, b) => a - b), unreadable };
}

const folder = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
const filled = await openFilled(folder);
try {
  // Before the filling, which is work of its own.
  const [before = 0] = loadavg();
  await fill(filled, records);
  const load = before.toFixed(1);
  const { seconds, cpuSeconds, reads, unreadable } = await measure(filled);
  const rate = records / seconds;
  const ms = (part: number) => quantile(reads, part).toFixed(1);
  console.log(
    `${records} records${values.deep ? ", deep" : ""} in ${seconds.toFixed(2)} s: ${rate.toFixed(0)} a second, ${cpuSeconds.toFixed(1)} s of CPU, load ${load}`,
  );
  console.log(
    `${reads.length} reads meanwhile, ${unreadable} failed; median ${ms(0.5)} ms, p99 ${ms(0.99)} ms`,
  );
  const isSlow = !values.deep && rate < rateMin;
  // Others take from a measure of time what no repair gives back.
  const isBusy = before >= 1;
  const missed = [
    ...(unreadable > 0 ? ["every record can be read throughout"] : []),
    ...(isSlow && !isBusy ? [`at least ${rateMin} records a second are wanted`] : []),
  ];
  conclude(missed, isSlow && isBusy ? `the load was ${load} before it began` : null);
} finally {
  filled.rotations.stop();
  await filled.close();
  rmSync(folder, { recursive: true, force: true });
}
