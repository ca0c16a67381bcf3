// What was changed by somebody else since it was shown: `If-Match` did not hold.

import { ClientError } from "../client/client-error.ts";

/** For an error that says so; others are thrown. */
export function nullIfMoved(error: unknown): null {
  if (error instanceof ClientError && error.code === "precondition_failed") return null;
  throw error;
}
