// What a start takes until `ready` is said, from the sources and from what is bundled of them, in turns: time, and the processor's.
//
// Usage: node bench/start.ts [--rounds N]

import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../scripts/bundle.ts";
import { root } from "./dispatched.ts";
import { median, range } from "./figures.ts";
import { cpuSeconds, start, stop } from "./started.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds);
/** Of what the sources take; more does not pay for the bundling. */
const targetPart = 0.85;
const app = join(root, ".tsbuild/app");
await bundle(app);
const entries = { sources: join(root, "src/cli/main.ts"), bundle: join(app, "main.js") } as const;

interface Figures {
  readonly elapsed: number[];
  readonly cpu: number[];
}

const figures: Record<keyof typeof entries, Figures> = {
  sources: { elapsed: [], cpu: [] },
  bundle: { elapsed: [], cpu: [] },
};
for (let round = 0; round <= rounds; round++) {
  for (const what of ["sources", "bundle"] as const) {
    const home = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
    const began = performance.now();
    const env = { DISPATCHED_HOME: home, DISPATCHED_ENTRY: entries[what] };
    const started = await start(join(root, "bin/dispatched"), ["dev", "--port", "0"], env);
    const elapsed = performance.now() - began;
    const cpu = cpuSeconds(started) * 1000;
    await stop(started);
    rmSync(home, { recursive: true, force: true });
    // The first fills the cache of compiled code.
    if (round === 0) continue;
    figures[what].elapsed.push(elapsed);
    figures[what].cpu.push(cpu);
  }
}
for (const [what, { elapsed, cpu }] of Object.entries(figures)) {
  console.log(`${what}: ${range(elapsed)} ms elapsed, ${range(cpu)} ms of CPU`);
}
const part = median(figures.bundle.cpu) / median(figures.sources.cpu);
const target = `the target is ${(targetPart * 100).toFixed(0)}%`;
console.log(`the bundle takes ${(part * 100).toFixed(0)}% of the CPU that the sources take; ${target}`);
console.log(`load ${loadavg()[0]?.toFixed(1)}`);
process.exitCode = part <= targetPart ? 0 : 1;
