// Base64url without padding (RFC 4648, section 5): how keys, tokens and messages stand in text.

import { secretBytes } from "./secret-bytes.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The value of each character by its code; -1 for what is none. */
const digits = new Int8Array(128).fill(-1);
for (let value = 0; value < alphabet.length; value++) digits[alphabet.charCodeAt(value)] = value;

export function base64Url(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [first, second, third] = [bytes[index] as number, bytes[index + 1], bytes[index + 2]];
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    text += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    if (second !== undefined) text += alphabet.charAt((bits >> 6) & 63);
    if (third !== undefined) text += alphabet.charAt(bits & 63);
  }
  return text;
}

/**
 * The bytes of `text`, or null when it is not base64url. Only the one form that `base64Url` writes is read: no padding,
 * no spaces, and unused bits zero (RFC 4648, section 3.5), so that two texts never stand for the same bytes.
 * @param text also as the bytes of its characters, for what must never be a string: strings cannot be erased
 */
export function bytesOfBase64Url(text: string | Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 === 1) return null;
  const bytes = secretBytes(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const code = typeof text === "string" ? text.charCodeAt(index) : (text[index] as number);
    const digit = digits[code] ?? -1;
    if (digit === -1) return null;
    bits = ((bits & 0x3f) << 6) | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = (bits >> held) & 0xff;
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : null;
}
