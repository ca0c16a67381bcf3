// Which variables stand in the place of the credentials file: while one does, no command acts by what the file has.

import { settingOf } from "../app/setting-of.ts";

const standing = ["DISPATCHED_TOKEN", "DISPATCHED_PRIVATE_KEY"] as const;

/** None when the file counts. */
export function variablesInPlace(env: NodeJS.ProcessEnv): readonly string[] {
  return standing.filter((name) => settingOf(env, name) !== undefined);
}
