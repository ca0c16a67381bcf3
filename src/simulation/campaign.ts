// Many seeds, one after the other in this process.

import { canaries } from "./canary.ts";
import { checkHistory } from "./checkers/check-history.ts";
import { playSeed } from "./play-seed.ts";
import { addSeed, emptyTally, type Tally } from "./tally.ts";
import { simulate } from "./world.ts";

export interface CampaignOptions {
  readonly seeds: readonly number[];
  /** Stop at the first seed that breaks a promise. */
  readonly stopAtFirst: boolean;
  readonly progress: (tally: Tally) => void;
}

const progressEvery = 500;

export async function runCampaign({ seeds, stopAtFirst, progress }: CampaignOptions): Promise<Tally> {
  const began = process.cpuUsage();
  const tally = emptyTally();
  for (const seed of seeds) {
    addSeed(tally, await playSeed(seed));
    if (tally.events.length % progressEvery === 0) progress(tally);
    if (stopAtFirst && tally.failed.length > 0) break;
  }
  const { user, system } = process.cpuUsage(began);
  tally.seconds = (user + system) / 1_000_000;
  return tally;
}

/** Names of the canaries that no checker heard. */
export async function deafCanaries(): Promise<readonly string[]> {
  const deaf = new Set(canaries.map(({ name }) => name));
  for (let seed = 1; seed <= 20 && deaf.size > 0; seed++) {
    const { history } = await simulate(seed);
    for (const { name, tamper } of canaries) {
      const tampered = tamper(history);
      if (tampered !== null && checkHistory(tampered).length > 0) deaf.delete(name);
    }
  }
  return [...deaf];
}
