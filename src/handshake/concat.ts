// Bytes one after the other, without marks between them: for what has fixed sizes.

import { secretBytes } from "../value/secret-bytes.ts";

/** Outside the heap: parts may be secret. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = secretBytes(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
