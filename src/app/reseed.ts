// A fresh chain of engine keys for the data of this machine, while no server has them open.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lockData } from "../store/sqlite/data-lock.ts";
import { DispatchedError } from "../value/problem.ts";
import { deriveEngineKey, requireKeyOfData } from "../vault/engine-key.ts";
import { type DataUnderChain, reseedEngineKey } from "../vault/reseed-engine-key.ts";
import type { Configuration } from "./configuration.ts";

/**
 * Resolves with the first epoch of the new chain. Errors: `data_in_use`, `keys_in_use`, `locked` (the key file belongs to
 * other data), `invalid_configuration`.
 * @param look what the data in the folder still have under the old chain
 */
export async function reseed(
  { keysFolder, dataFolder }: Configuration,
  look: (dataFolder: string) => Promise<DataUnderChain>,
): Promise<number> {
  if (!existsSync(dataFolder)) {
    throw new DispatchedError("invalid_configuration", `There are no data in ${dataFolder}.`, {
      hint: "name another folder with --data; the first start makes a key by itself",
    });
  }
  const lock = lockData(dataFolder);
  try {
    return await reseedEngineKey({ keysFolder, dataFolder }, async (secrets) => {
      const check = join(dataFolder, "engine-key.check");
      const key = deriveEngineKey(secrets);
      if (existsSync(check)) requireKeyOfData(key, Buffer.from(readFileSync(check, "utf8"), "hex"));
      return look(dataFolder);
    });
  } finally {
    lock.release();
  }
}
