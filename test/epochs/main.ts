// The protocol of epochs on three nodes that crash: random walks, sound and with one part of the protocol left out.
//
// Usage: node test/epochs/main.ts [--walks 500] [--seed N]

import { parseArgs } from "node:util";
import type { Weakness } from "./tables.ts";
import { walk } from "./walk.ts";

const { values } = parseArgs({
  options: { walks: { type: "string", default: "500" }, seed: { type: "string", default: "1" } },
});
const walks = Number(values.walks);
const firstSeed = Number(values.seed);

/** Least share of walks in which the judge has to see what is left out. */
const weaknesses: readonly (readonly [Weakness, number])[] = [
  ["no_fence", 0.2],
  ["lock_without_check", 0.05],
  ["check_without_lock", 0.01],
  ["sessions_not_counted", 0.1],
  ["report_before_sync", 0.01],
  ["open_without_sync", 0.001],
];

interface Campaign {
  readonly walks: number;
  readonly bad: number;
  /** How many walks each finding was seen in. */
  readonly findings: ReadonlyMap<string, number>;
  readonly sums: ReadonlyMap<string, number>;
  readonly firstBadSeed: number | null;
}

async function campaign(count: number, weakness: Weakness | null): Promise<Campaign> {
  const findings = new Map<string, number>();
  const sums = new Map<string, number>();
  const add = (to: Map<string, number>, name: string, by: number) => to.set(name, (to.get(name) ?? 0) + by);
  let bad = 0;
  let firstBadSeed: number | null = null;
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const { found, counts, ...rest } = await walk(seed, weakness);
    for (const [name, value] of Object.entries({ ...counts, ...rest })) add(sums, name, value);
    for (const finding of found) add(findings, finding, 1);
    if (found.size === 0) continue;
    bad++;
    firstBadSeed ??= seed;
  }
  return { walks: count, bad, findings, sums, firstBadSeed };
}

function tell(name: string, { walks: count, bad, findings, firstBadSeed }: Campaign): void {
  console.log(
    `${name}: ${bad} of ${count} walks bad${firstBadSeed === null ? "" : `, first ${firstBadSeed}`}`,
  );
  for (const [finding, times] of findings) console.log(`  ${times} × ${finding}`);
}

const began = performance.now();
const sound = await campaign(walks, null);
tell("whole protocol", sound);
console.log(`  ${[...sound.sums].map(([name, value]) => `${value} ${name}`).join(", ")}`);
let failed = sound.bad > 0;
for (const part of ["retired", "destroyed", "refused", "rewrapped", "lostRenames"]) {
  if ((sound.sums.get(part) ?? 0) < walks / 10) {
    console.log(`too few walks see this: ${part}`);
    failed = true;
  }
}
for (const [weakness, least] of weaknesses) {
  const weak = await campaign(
    weakness === "no_fence" ? walks : Math.max(100, Math.floor(walks / 10)),
    weakness,
  );
  tell(weakness, weak);
  if (weak.bad >= weak.walks * least && weak.bad > 0) continue;
  console.log(`  the judge sees too little`);
  failed = true;
}
console.log(`${((performance.now() - began) / 1000).toFixed(1)} s`);
process.exitCode = failed ? 1 : 0;
