// The texts by which a secret is known again: itself, and what encodings that hide all of it make of it.

import { base64OfBytes } from "../../value/base64.ts";
import { hex } from "../hex.ts";

export interface Needle {
  readonly text: string;
  /** The characters beside it carry bits of the secret as well. */
  readonly before: boolean;
  readonly after: boolean;
  /** It is the value, so that a reference can stand in its place. */
  readonly exact: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Of a value that is long enough to be looked for within others, at least `lengthMin` long each. Escapes that leave some of
 * it as it is (percent, JSON, HTML) are none of these: they are taken off the text before.
 */
export function needlesOf(value: string, lengthMin: number): readonly Needle[] {
  const utf8 = encoder.encode(value);
  const bytes = [utf8];
  const texts = [value, value.trim(), value.replaceAll(" ", "+"), value.toWellFormed()];
  if (utf8.length > value.length) texts.push(latin1(utf8));
  if (isLatin1(value) && utf8.length > value.length) {
    const form = Uint8Array.from(value, (unit) => unit.charCodeAt(0));
    bytes.push(form);
    texts.push(decoder.decode(form));
  }
  // UTF-16 that was read as bytes, of either order.
  if (utf8.length === value.length) texts.push(value.split("").join("\0"));
  texts.push(asNumber(value) ?? value);
  for (const form of bytes) texts.push(hex(form), hex(form).toUpperCase());
  const exact = new Set([value, value.replaceAll(" ", "+"), value.toWellFormed()]);
  const needles = [...new Set(texts)].map((text) => ({
    text,
    before: false,
    after: false,
    exact: exact.has(text),
  }));
  return [...needles, ...bytes.flatMap(inBase64)].filter(({ text }) => text.length >= lengthMin);
}

/** A value that is a number, as it is written after it was read as one; null for others. */
export function asNumber(value: string): string | null {
  return number.test(value) ? String(Number(value)) : null;
}

/**
 * What is certain of the base64 of any text that has `bytes` in it, in each of the three phases, in both alphabets
 * (RFC 4648, sections 4 and 5): behind a user name, for instance, as `basic` credentials have a password.
 */
function inBase64(bytes: Uint8Array): readonly Needle[] {
  return [0, 1, 2].flatMap((phase) => {
    const padded = new Uint8Array(phase + bytes.length);
    padded.set(bytes, phase);
    const encoded = base64OfBytes(padded);
    const start = Math.ceil((phase * 8) / 6);
    const end = Math.floor((padded.length * 8) / 6);
    const text = encoded.slice(start, end);
    const edges = { before: phase > 0, after: padded.length % 3 > 0, exact: false };
    const web = text.replaceAll("+", "-").replaceAll("/", "_");
    return web === text
      ? [{ text, ...edges }]
      : [
          { text, ...edges },
          { text: web, ...edges },
        ];
  });
}

function isLatin1(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0xff) return false;
  return true;
}

function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (const byte of bytes) parts.push(String.fromCharCode(byte));
  return parts.join("");
}
