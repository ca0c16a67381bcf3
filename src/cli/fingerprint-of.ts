// The fingerprint of a group of failures, as the command line gives it.

import { CliError } from "./cli-error.ts";

/** Errors: `usage`. */
export function fingerprintOf(text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9a-f]{32}$/.test(text)) return text;
  throw new CliError(
    "usage",
    `--fingerprint is 32 of 0-9 and a-f, and not ${JSON.stringify(text)}`,
    "`dispatched runs failures` shows those of the groups",
  );
}
