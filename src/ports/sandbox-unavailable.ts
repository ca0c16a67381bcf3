// A failure of the sandbox itself, and none of a script: nothing is known of what was asked, and it may be asked again.

import { DispatchedError } from "../value/problem.ts";

export function sandboxUnavailable(message: string): DispatchedError {
  return new DispatchedError("sandbox_unavailable", message, { retryable: true });
}

/** What was to be evaluated may be right or wrong: nothing may be decided by it, or recorded of it. */
export function isSandboxUnavailable(error: unknown): error is DispatchedError {
  return error instanceof DispatchedError && error.code === "sandbox_unavailable";
}
