// A fresh chain of engine keys for the data of this machine, while no server has them open.

import { existsSync } from "node:fs";
import { lockData } from "../store/sqlite/data-lock.ts";
import { lookAtEpochs } from "../store/sqlite/look-at-epochs.ts";
import { DispatchedError } from "../value/problem.ts";
import { deriveEngineKey, requireKeyOfData } from "../vault/engine-key.ts";
import { type DataUnderChain, reseedEngineKey } from "../vault/reseed-engine-key.ts";
import type { Configuration } from "./configuration.ts";
import { hasData, readKeyCheck } from "./engine-key-check.ts";

/**
 * Resolves with the first epoch of the new chain. Errors: `data_in_use`, `keys_in_use`, `locked` (the key file belongs to
 * other data), `invalid_configuration`.
 */
export async function reseed({ keysFolder, dataFolder }: Configuration, now: number): Promise<number> {
  if (!existsSync(dataFolder)) {
    throw new DispatchedError("invalid_configuration", `There are no data in ${dataFolder}.`, {
      hint: "name another folder with --data; the first start makes a key by itself",
    });
  }
  const lock = lockData(dataFolder);
  try {
    return await reseedEngineKey({ keysFolder, dataFolder }, async (secrets) => {
      const check = readKeyCheck(dataFolder);
      if (check !== null) requireKeyOfData(deriveEngineKey(secrets), check);
      return underChain(dataFolder, now);
    });
  } finally {
    lock.release();
  }
}

/**
 * Definitions, secrets and events are live for runs and grants only: where there are none of those, nothing needs what is
 * left, and the first start with the new chain drops it. So does it sessions: whoever had one signs in again.
 */
function underChain(dataFolder: string, now: number): DataUnderChain {
  const seen = lookAtEpochs(dataFolder, now);
  if (seen === null) {
    if (!hasData(dataFolder)) return { needs: null, epoch: -1 };
    throw new DispatchedError(
      "keys_in_use",
      "The data were written by another version: what needs the engine's present key cannot be told.",
      { hint: "start and stop the server of this version once, then try again" },
    );
  }
  const countOf = (table: string) => seen.wraps.find((one) => one.table === table)?.count ?? 0;
  const counts = [
    [countOf("run"), "active run"],
    [countOf("grant"), "standing grant"],
  ] as const;
  const words = counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}${count === 1 ? "" : "s"}`);
  const epoch = Math.max(-1, ...seen.epochs.map((row) => row.epoch));
  return { needs: words.length === 0 ? null : words.join(", "), epoch };
}
