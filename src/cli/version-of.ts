// The text of `--version`.

import { CliError } from "./cli-error.ts";

/** Undefined without one: the highest. Errors: `usage`. */
export function versionOf(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,14}$/.test(text))
    return text === undefined ? undefined : Number(text);
  throw new CliError("usage", `--version is a whole number from 1, and not ${text}`);
}
