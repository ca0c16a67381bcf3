// A number on the command line that counts something.

import { CliError } from "./cli-error.ts";
import { numberOf } from "./number-of.ts";

/** A whole one from 1. Errors: `usage`. */
export function countOf(option: string, text: string): number {
  const value = numberOf(option, text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new CliError("usage", `${option} is a whole number from 1, and not ${text}`, `${option} 10`);
}
