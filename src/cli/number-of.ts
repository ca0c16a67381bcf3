// A number on the command line.

import { CliError } from "./cli-error.ts";

/** Errors: `usage`. */
export function numberOf(option: string, text: string): number {
  const value = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new CliError("usage", `${option} is a number, and not ${JSON.stringify(text)}`, `${option} 10`);
}
