// Nothing was stored: the tenant's key was rotated since it was sealed, and this node has not got the new one.

import { DispatchedError } from "../value/problem.ts";

/** @param doubted an attempt before fell silent: it may have been stored, before the rotation or under the new key */
export function keyRotated(doubted = false): DispatchedError {
  return new DispatchedError(
    doubted ? "store_unavailable" : "store_rolled_back",
    "the tenant's key was rotated meanwhile",
    {
      retryable: true,
      hint: "try again; if it stays so, sign in again",
    },
  );
}
