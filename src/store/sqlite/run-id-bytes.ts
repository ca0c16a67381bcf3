// Ids of runs as the 16 bytes that they stand for, and back.

import type { RunId } from "../../value/id.ts";

const prefix = "run_";
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const values = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, alphabet.indexOf(String.fromCharCode(code))),
);
const digits = 26;

/** 26 digits of five bits hold 128 bits and two leading zeros. */
export function runIdBytes(run: RunId | string): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < digits; index++) {
    bits = (bits << 5) | (values[run.charCodeAt(prefix.length + index) & 0x7f] as number);
    held += index === 0 ? 3 : 5;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = bits >> held;
      bits &= (1 << held) - 1;
    }
  }
  return bytes;
}

export function runIdOf(bytes: Uint8Array): RunId {
  let text = prefix;
  let bits = 0;
  let held = 2;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += alphabet[bits >> held];
      bits &= (1 << held) - 1;
    }
  }
  return text as RunId;
}
