// What cannot be opened here until somebody of the tenant signs in.

import { DispatchedError } from "../value/problem.ts";

/** A sign-in tells what waits for it; one on another node, or a run that begins there, may open it, too. */
export const lockedRetryMs = 5_000;

/** Nothing is wrong with what was asked for: it can be done once the tenant is open. */
export function isLocked(error: unknown): error is DispatchedError {
  return error instanceof DispatchedError && error.code === "locked";
}
