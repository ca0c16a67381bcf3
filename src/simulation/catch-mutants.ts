// Mutants one after the other, each in a process of its own, because it patches what is loaded.

import { spawnSync } from "node:child_process";

/** Within so many seeds the checkers must catch it. */
export const mutantSeedsMax = 500;
/** A mutant that stands still is not caught. */
const mutantTimeoutMs = 300_000;

export function catchMutants(main: string, names: readonly string[]): boolean {
  let caught = 0;
  for (const name of names) {
    const args = [main, "--mutant", name, "--seed", "1"];
    const done = spawnSync(process.execPath, args, { encoding: "utf8", timeout: mutantTimeoutMs });
    const line = done.stdout.trim().split("\n").at(-1) ?? "";
    const ok = done.status === 0;
    if (ok) caught++;
    console.log(`${ok ? "caught" : "MISSED"}  ${name.padEnd(36)} ${ok ? line : line + done.stderr}`);
  }
  console.log(`${caught} of ${names.length} mutants caught within ${mutantSeedsMax} seeds each`);
  return caught === names.length;
}
