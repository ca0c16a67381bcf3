// The folder of what this machine knows: credentials, and data where nothing else is said.

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { settingOf } from "./setting-of.ts";

export function homeOf(env: NodeJS.ProcessEnv): string {
  return resolve(settingOf(env, "DISPATCHED_HOME") ?? join(homedir(), ".config", "dispatched"));
}
