// What a person needs of a seed that broke a promise: what, of which run, what happened around it, how to repeat it.

import type { Failed } from "./tally.ts";
import { simulate } from "./world.ts";

const brokenShown = 5;
const linesShown = 40;
const lineLength = 240;
/** Happens to a node as a whole, so it concerns every run. */
const aboutNodes = / (?:info|warn|error) |strikes|openLease synced/;

export async function showFailure({ seed, broken }: Failed): Promise<string> {
  const lines = [`\nseed ${seed} broke ${broken.length}: repeat with  npm run simulate -- --seed ${seed}`];
  for (const { promise, run, what } of broken.slice(0, brokenShown)) {
    lines.push(`  ${promise}: ${run ?? ""} ${what}`);
  }
  const run = broken.find((one) => one.run !== null)?.run ?? null;
  if (run !== null) lines.push(...(await excerpt(seed, run)));
  lines.push(`  the whole trace: npm run simulate -- --seed ${seed} --trace`);
  return lines.join("\n");
}

async function excerpt(seed: number, run: string): Promise<readonly string[]> {
  const { record } = await simulate(seed, true);
  const own = (record.trace ?? []).filter((line) => line.includes(run) || aboutNodes.test(line));
  const last = own.findLastIndex((line) => line.includes(run));
  const shown = own.slice(Math.max(0, last + 1 - linesShown), last + 1);
  return [`  what concerns ${run}, at its end:`, ...shown.map((line) => `    ${line.slice(0, lineLength)}`)];
}
