// Many random walks, one seed after the other, until so many commands were given.

import { walk } from "./random-walk.ts";

export interface WalksResult {
  readonly walks: number;
  readonly commands: number;
  readonly accepted: number;
  readonly types: ReadonlySet<string>;
}

/** Throws an error that names the seed of the walk that failed. */
export function walkUntil(commands: number, firstSeed: number): WalksResult {
  const types = new Set<string>();
  let [walks, given, accepted] = [0, 0, 0];
  while (given < commands) {
    const seed = (firstSeed + walks++) >>> 0;
    try {
      const result = walk(seed);
      given += result.commands;
      accepted += result.accepted;
      for (const type of result.types) types.add(type);
    } catch (error) {
      throw new Error(`the walk of seed ${seed} failed: node test/run/main.ts --seed ${seed} --commands 1`, {
        cause: error,
      });
    }
  }
  return { walks, commands: given, accepted, types };
}
