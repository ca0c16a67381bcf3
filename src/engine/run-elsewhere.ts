// The run is not this node's, or not yet: whoever asks tries again.

import { DispatchedError } from "../value/problem.ts";

export function runElsewhere(message: string): DispatchedError {
  return new DispatchedError("run_elsewhere", message, { retryable: true });
}
