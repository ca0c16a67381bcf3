// The same error with one more thing to do next.

import { ClientError } from "../client/client-error.ts";

export function withHint(error: ClientError, more: string): ClientError {
  const { code, status, message: detail, problem, retryAfterSeconds } = error;
  const hint = problem?.hint == null ? more : `${problem.hint}; ${more}`;
  return new ClientError(code, status, detail, { ...problem, code, detail, hint }, retryAfterSeconds);
}
