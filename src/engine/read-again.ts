// What a sender hears whose run is being read again, because what was in memory of it is worth nothing.

import { DispatchedError } from "../value/problem.ts";

export function readAgain(): DispatchedError {
  return new DispatchedError("store_unavailable", "it was read again: ask again", { retryable: true });
}
