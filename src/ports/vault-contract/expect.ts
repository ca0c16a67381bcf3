// What the cases of the vault's contract claim, and the bytes that they claim it of.

import { assert } from "../../value/assert.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import type { DataKey } from "../vault.ts";

export function mustThrow(
  codes: readonly ErrorCode[],
  what: string,
  action: () => DataKey | Uint8Array,
): void {
  try {
    action();
  } catch (error) {
    const code = error instanceof DispatchedError ? error.code : null;
    assert(
      code !== null && codes.includes(code),
      `${what}: refused by ${codes.join(" or ")}, not ${code ?? error}`,
    );
    return;
  }
  assert(false, `${what}: is refused`);
}

export function eachAltered(bytes: Uint8Array, check: (altered: Uint8Array, at: number) => void): void {
  for (let at = 0; at < bytes.length; at++) {
    for (const mask of [0x01, 0x80, 0xff]) {
      const altered = new Uint8Array(bytes);
      altered[at] = (altered[at] as number) ^ mask;
      check(altered, at);
    }
  }
}

export function lengthened(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  return longer;
}

export function sample(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + 7) % 256);
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
