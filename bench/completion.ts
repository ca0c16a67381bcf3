// What a press of the completion key costs: time until the words are there, and the processor's, of a server that answers.
//
// Usage: node bench/completion.ts [--rounds N]

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDev } from "../test/process/start-engine.ts";
import { range } from "./figures.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds);
const targetMs = 150;
const executable = join(import.meta.dirname, "../bin/dispatched");
const report = `process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write("CPU " + (user + system) / 1000);
});`;

const home = mkdtempSync(join(tmpdir(), "dispatched-bench-"));
const engine = await startDev(home);
const text = "name: order\nversion: 1\ntriggers: [{type: http}]\nsteps: {a: {value: 1}}\n";
await engine.client.putWorkflow("order", text, "yaml");

for (const [what, words] of [
  ["a command", ["runs", "li"]],
  ["a name from the server", ["run", "or"]],
] as const) {
  const [elapsed, cpu]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    const { stderr } = spawnSync(executable, ["completion", "bash", "--", ...words], {
      env: {
        ...process.env,
        DISPATCHED_HOME: home,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(report)}`,
      },
      encoding: "utf8",
    });
    // The first fills the cache of compiled code.
    if (round === 0) continue;
    elapsed.push(performance.now() - began);
    cpu.push(Number(/CPU ([\d.]+)/.exec(stderr)?.[1]));
  }
  console.log(`${what}: ${range(elapsed)} ms elapsed, ${range(cpu)} ms of CPU; the target is ${targetMs} ms`);
}
console.log(`load ${loadavg()[0]?.toFixed(1)}`);
engine.child.kill("SIGTERM");
await engine.ended;
rmSync(home, { recursive: true, force: true });
