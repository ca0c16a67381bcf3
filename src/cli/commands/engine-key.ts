// `dispatched engine-key reseed`: a fresh chain of the engine's keys.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { readConfiguration } from "../../app/configuration.ts";
import { reseed as reseedData } from "../../app/reseed.ts";
import { stringifyJson } from "../../value/stringify-json.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

export async function reseed(terminal: Terminal, options: { readonly data?: string }): Promise<number> {
  const configuration = readConfiguration(process.env, options);
  const epoch = await reseedData(configuration, underOldChain);
  if (terminal.json) terminal.value(stringifyJson({ epoch }));
  else
    terminal.line(`the engine's keys are of a fresh chain from epoch ${epoch} on; make a new backup of it`);
  return exitCode.completed;
}

/** Every data key in the store is wrapped by the engine's key, so data of any kind are under its chain. */
async function underOldChain(dataFolder: string) {
  return { hasWraps: existsSync(join(dataFolder, "dispatched.db")), epoch: -1 };
}
