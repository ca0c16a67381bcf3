// The simulator as a program with a seed.
//
// Usage: npm run simulate -- --seed N [--seeds K] [--fresh K] [--gate] [--mutant NAME|all] [--canary] [--trace]

import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { installMutant } from "./install-mutant.ts";
import { mutants, quickMutants } from "./mutants.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    fresh: { type: "string", default: "0" },
    gate: { type: "boolean", default: false },
    mutant: { type: "string" },
    canary: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const mutantSeedsMax = 500;
const brokenShown = 5;

process.on("unhandledRejection", (error) => {
  console.error("a promise of the engine was rejected and nobody listened", error);
  process.exit(1);
});

function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Each mutant in a process of its own, because it patches what is loaded. */
function catchMutants(names: readonly string[]): boolean {
  let caught = 0;
  for (const name of names) {
    const args = [import.meta.filename, "--mutant", name, "--seed", "1"];
    const done = spawnSync(process.execPath, args, { encoding: "utf8" });
    const line = done.stdout.trim().split("\n").at(-1) ?? "";
    if (done.status === 0) caught++;
    console.log(
      `${done.status === 0 ? "caught" : "MISSED"}  ${name.padEnd(36)} ${done.status === 0 ? line : line + done.stderr}`,
    );
  }
  console.log(`${caught} of ${names.length} mutants caught within ${mutantSeedsMax} seeds each`);
  return caught === names.length;
}

/** Exit code 0 when the checkers caught it. */
async function huntMutant(name: string): Promise<boolean> {
  installMutant(name);
  const { runCampaign } = await import("./campaign.ts");
  const seeds = seedsFrom(Number(values.seed), mutantSeedsMax);
  const summary = await runCampaign({ seeds, stopAtFirst: true, progress: () => {} });
  const [first] = summary.failed;
  if (first === undefined) {
    console.log(`not caught in ${summary.seeds} seeds`);
    return false;
  }
  console.log(`at seed ${first.seed}: ${first.broken[0]?.promise}`);
  return true;
}

async function trace(seed: number): Promise<void> {
  const { simulate } = await import("./world.ts");
  const { record } = await simulate(seed, true);
  for (const line of record.trace ?? []) console.log(line);
}

async function sing(): Promise<boolean> {
  const { deafCanaries } = await import("./campaign.ts");
  const deaf = await deafCanaries();
  console.log(
    deaf.length === 0 ? "every canary was heard" : `canaries that nobody heard: ${deaf.join(", ")}`,
  );
  return deaf.length === 0;
}

async function campaign(seeds: readonly number[], whole: boolean): Promise<boolean> {
  const { runCampaign, tooLittle } = await import("./campaign.ts");
  const summary = await runCampaign({
    seeds,
    stopAtFirst: false,
    progress: (done, failed) => console.error(`${done} of ${seeds.length} seeds, ${failed} broken`),
  });
  for (const { seed, broken } of summary.failed) {
    console.log(
      `\nseed ${seed} broke ${broken.length}: repeat with  npm run simulate -- --seed ${seed} [--trace]`,
    );
    for (const { promise, run, what } of broken.slice(0, brokenShown))
      console.log(`  ${promise}: ${run ?? ""} ${what}`);
  }
  const { failed, faults, statuses, ...figures } = summary;
  if (values.json) console.log(JSON.stringify({ ...figures, faults, statuses, failed: failed.length }));
  else {
    console.log(
      `${summary.seeds} seeds in ${summary.seconds} s (${summary.seedsPerSecond} a second), ${summary.runs} runs, ` +
        `${summary.calls} calls, median ${summary.eventsMedian} events a seed, ${failed.length} broken`,
    );
    console.log(
      Object.entries(faults)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(", "),
    );
  }
  const reasons = whole ? tooLittle(summary) : [];
  for (const reason of reasons) console.log(`too little was tested: ${reason}`);
  return failed.length === 0 && reasons.length === 0;
}

async function gate(): Promise<boolean> {
  const fresh = randomInt(1_000_000, 2_000_000_000);
  console.log(`fresh seeds ${fresh} to ${fresh + 99}`);
  const played = await campaign([...seedsFrom(1, 300), ...seedsFrom(fresh, 100)], true);
  const sung = await sing();
  return catchMutants(quickMutants) && sung && played;
}

async function main(): Promise<boolean> {
  const first = Number(values.seed);
  if (values.gate) return gate();
  if (values.mutant === "all") return catchMutants(mutants.map(({ name }) => name));
  if (values.mutant !== undefined) return huntMutant(values.mutant);
  if (values.canary) return sing();
  if (values.trace) {
    await trace(first);
    return true;
  }
  const fresh = Number(values.fresh);
  if (fresh > 0) {
    const from = randomInt(1_000_000, 2_000_000_000);
    console.log(`fresh seeds ${from} to ${from + fresh - 1}`);
    return campaign(seedsFrom(from, fresh), fresh >= 300);
  }
  const count = Number(values.seeds);
  return campaign(seedsFrom(first, count), count >= 300);
}

process.exitCode = (await main()) ? 0 : 1;
