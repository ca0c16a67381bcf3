// A body that is JSON text already, with what its request says of it.

import { jsonHeaders } from "./asker.ts";

/** @param body null for none */
export function jsonText(body: string | null, idempotencyKey?: string) {
  const headers: Record<string, string> = {
    ...(body === null ? {} : jsonHeaders),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
  };
  return { headers, text: body === null ? {} : { text: body } };
}
