// Begins a fresh chain of engine keys: after a theft of the key file, which can make all later keys of the old chain.

import type { Entropy } from "../ports/entropy.ts";
import { DispatchedError } from "../value/problem.ts";
import type { EngineSecrets } from "./engine-key.ts";
import { openEngineKeyFile, replaceEngineKeyFile } from "./engine-key-file.ts";
import { PooledEntropy } from "./pooled-entropy.ts";

export interface ReseedOptions {
  readonly keysFolder: string;
  readonly dataFolder: string;
  readonly entropy?: Entropy;
}

export interface DataUnderChain {
  /** What is left that only the old chain opens, in words: `2 active runs`. Null for nothing. */
  readonly needs: string | null;
  /** The latest epoch that the data know; -1 for none. */
  readonly epoch: number;
}

/**
 * Replaces the chain and keeps the integrity secret, of which the data's lookups and codes are made (what its thief keeps:
 * docs/reference/epochs.md); the numbering goes on, so that the epoch that it resolves with is new
 * to file and data. Nobody may use the data meanwhile. Errors: `keys_in_use` while data are under the old chain (`look` is
 * asked with the secrets that stand), and those of `openEngineKeyFile` and `replaceEngineKeyFile`.
 */
export async function reseedEngineKey(
  options: ReseedOptions,
  look: (secrets: EngineSecrets) => Promise<DataUnderChain>,
): Promise<number> {
  const { keysFolder, dataFolder, entropy = new PooledEntropy() } = options;
  const before = openEngineKeyFile({ keysFolder, dataFolder, create: false });
  const { needs, epoch } = await look(before);
  if (needs !== null) {
    throw new DispatchedError("keys_in_use", `The data still need the engine's present key, for ${needs}.`, {
      hint: "let the active runs end and revoke the standing grants, then try again",
    });
  }
  const after = {
    epoch: Math.max(before.epoch, epoch) + 1,
    chain: entropy.bytes(32),
    integrity: before.integrity,
  };
  replaceEngineKeyFile(keysFolder, before, after);
  for (const { chain } of [before, after]) chain.fill(0);
  return after.epoch;
}
