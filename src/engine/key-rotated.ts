// Nothing was stored: the tenant's key was rotated since it was sealed, and this node has not got the new one.

import { DispatchedError } from "../value/problem.ts";

export function keyRotated(): DispatchedError {
  return new DispatchedError("store_rolled_back", "the tenant's key was rotated meanwhile", {
    retryable: true,
    hint: "try again; if it stays so, sign in again",
  });
}
