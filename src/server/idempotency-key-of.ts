// The caller's `Idempotency-Key`.

import { DispatchedError } from "../value/problem.ts";
import type { ApiRequest } from "./api-request.ts";

/** Null without one. Errors: `invalid_header`. */
export function idempotencyKeyOf({ headers }: Pick<ApiRequest, "headers">): string | null {
  const key = headers["idempotency-key"] ?? null;
  if (key === null || (key.length > 0 && key.length <= 255)) return key;
  throw new DispatchedError("invalid_header", "an idempotency key has 1 to 255 characters");
}
