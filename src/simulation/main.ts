// The simulator as a program with a seed.
//
// Usage: npm run simulate -- --seed N [--seeds K] [--fresh K] [--processes P] [--keep FILE] [--json]
//                            [--gate] [--mutant NAME|all] [--canary] [--trace]

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { catchMutants, mutantSeedsMax } from "./catch-mutants.ts";
import { installMutant } from "./install-mutant.ts";
import { mutants, quickMutants } from "./mutants.ts";
import { codeHash, runParts } from "./run-parts.ts";
import type { Tally } from "./tally.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    fresh: { type: "string", default: "0" },
    processes: { type: "string", default: "2" },
    keep: { type: "string" },
    gate: { type: "boolean", default: false },
    mutant: { type: "string" },
    canary: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    // What a part of a campaign prints for its parent.
    tally: { type: "boolean", default: false },
  },
});
/** So many seeds must have had every fault in them, and so many must have had each meet every feature in flight. */
const wholeSeeds = 300;
const meetingSeeds = 20_000;
/** Others for each tree, the same for one: a few, because what they find is rarely the fault of the change that is judged. */
const freshGateSeeds = 5;
const failuresShown = 3;
/** More seeds than this are played in parts. */
const onePartSeeds = 500;

process.on("unhandledRejection", (error) => {
  // A broken engine may do that too: it is caught by what the checkers say of it.
  if (values.mutant !== undefined) return;
  console.error("a promise of the engine was rejected and nobody listened", error);
  process.exit(1);
});

function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** True when the checkers caught it. */
async function huntMutant(name: string): Promise<boolean> {
  installMutant(name);
  const { runCampaign } = await import("./campaign.ts");
  const seeds = seedsFrom(Number(values.seed), mutantSeedsMax);
  const tally = await runCampaign({ seeds, stopAtFirst: true, progress: () => {} });
  const [first] = tally.failed;
  console.log(first === undefined ? "not caught" : `at seed ${first.seed}: ${first.broken[0]?.promise}`);
  return first !== undefined;
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

async function play(seeds: readonly number[]): Promise<Tally> {
  const { runCampaign } = await import("./campaign.ts");
  return runCampaign({ seeds, stopAtFirst: false, progress });
}

function progress(tally: Tally): void {
  if (values.tally) return;
  console.error(`${tally.events.length} seeds, ${tally.failed.length} broken`);
}

async function report(tally: Tally): Promise<boolean> {
  const { summarize, tooLittle } = await import("./summary.ts");
  const { showFailure } = await import("./show-failure.ts");
  for (const failed of tally.failed.slice(0, failuresShown)) console.log(await showFailure(failed));
  const summary = summarize(tally);
  if (values.json) console.log(JSON.stringify({ ...summary, met: tally.met }));
  else {
    const { seeds, seedsPerSecond, runs, calls, events, faults } = summary;
    console.log(
      `${seeds} seeds (${seedsPerSecond} a second of one processor), ${runs} runs, ${calls} calls, ` +
        `events a seed: median ${events.median}, p10 ${events.p10}, p90 ${events.p90}, most ${events.most}`,
    );
    const counts = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
    console.log(counts.join(", "));
    console.log(`every fault met every feature at least ${summary.metLeast} times`);
  }
  const reasons = tooLittle(summary, { faults: wholeSeeds, meetings: meetingSeeds });
  for (const reason of reasons) console.log(`too little was tested: ${reason}`);
  console.log(`${tally.failed.length} seeds broke a promise`);
  return tally.failed.length === 0 && reasons.length === 0;
}

async function campaign(first: number, count: number): Promise<boolean> {
  if (count <= onePartSeeds) return report(await play(seedsFrom(first, count)));
  const keep = values.keep ?? null;
  const processes = Number(values.processes);
  return report(await runParts({ main: import.meta.filename, first, count, processes, keep, progress }));
}

function freshSeed(count: number): number {
  const first = randomInt(1_000_000, 2_000_000_000);
  console.log(`fresh seeds ${first} to ${first + count - 1}`);
  return first;
}

async function gate(): Promise<boolean> {
  // From the code that plays them: a gate that is run again has the same verdict.
  const drawn = Number.parseInt((await codeHash(import.meta.filename)).slice(0, 8), 16);
  const fresh = 1_000_000 + (drawn % 1_999_000_000);
  console.log(`the tree's own seeds ${fresh} to ${fresh + freshGateSeeds - 1}`);
  const played = await report(await play([...seedsFrom(1, 300), ...seedsFrom(fresh, freshGateSeeds)]));
  const sung = await sing();
  return catchMutants(import.meta.filename, quickMutants) && sung && played;
}

async function main(): Promise<boolean> {
  const first = Number(values.seed);
  if (values.gate) return gate();
  if (values.mutant === "all") {
    return catchMutants(
      import.meta.filename,
      mutants.map(({ name }) => name),
    );
  }
  if (values.mutant !== undefined) return huntMutant(values.mutant);
  if (values.canary) return sing();
  if (values.trace) {
    await trace(first);
    return true;
  }
  if (values.tally) {
    console.log(JSON.stringify(await play(seedsFrom(first, Number(values.seeds)))));
    return true;
  }
  const fresh = Number(values.fresh);
  return fresh > 0 ? campaign(freshSeed(fresh), fresh) : campaign(first, Number(values.seeds));
}

process.exitCode = (await main()) ? 0 : 1;
