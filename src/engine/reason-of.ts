// Why something failed, for the log of the process.

import { BrokenInvariant } from "../value/assert.ts";
import { DispatchedError } from "../value/problem.ts";

/** The kind of an error, never its text: that may hold a tenant's data. */
export function reasonOf(error: unknown): string {
  if (error instanceof DispatchedError) return error.code;
  return error instanceof BrokenInvariant ? error.message : "unexpected_error";
}
