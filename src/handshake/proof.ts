// The payload of message 3: the wrapping key, and the action that the handshake is for.

import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";
import { isJsonObject, type JsonObject } from "../value/json.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { keyBytes } from "./crypto-suite.ts";
import { asObject, readJsonBytes } from "./read-object.ts";

export interface Proof {
  /** WK, 32 bytes. */
  readonly wrappingKey: Uint8Array;
  /** WK of the next generation, 32 bytes, of a handshake that rotates the key. */
  readonly nextWrappingKey: Uint8Array | null;
  /** What is to be done, of a handshake that does more than sign in. */
  readonly action: JsonObject | null;
}

const textBytes = 43;
const blank = "A".repeat(textBytes);
const encoder = new TextEncoder();
const [firstHead, nextHead] = ['{"wk":"', ',"next_wk":"'].map((text) => encoder.encode(text)) as [
  Uint8Array,
  Uint8Array,
];
const quote = 0x22;
const spaces = [0x20, 0x09, 0x0a, 0x0d];

/** JSON text: `wk`, the first member, in base64url; `next_wk`, the second, and `action`, if there are such. */
export function writeProof({ wrappingKey, nextWrappingKey, action }: Proof): Uint8Array {
  const wk = base64Url(wrappingKey);
  const next = nextWrappingKey === null ? {} : { next_wk: base64Url(nextWrappingKey) };
  return encoder.encode(stringifyJson({ wk, ...next, ...(action === null ? {} : { action }) }));
}

/**
 * Reads what `writeProof` wrote; null for anything else. Keys never become strings, which could not be erased: they are
 * read from the bytes and blanked there before the rest is parsed. Therefore `wk` must be the first member, and `next_wk`
 * the second.
 * @param payload erased afterwards
 */
export function readProof(payload: Uint8Array): Proof | null {
  const at = textAt(payload, 0, firstHead);
  if (at === null) return null;
  const wrappingKey = takeKey(payload, at);
  const nextAt = textAt(payload, at + textBytes + 1, nextHead);
  const next = nextAt === null ? null : takeKey(payload, nextAt);
  const object = asObject(readJsonBytes(payload) ?? undefined, ["wk"], ["next_wk", "action"]);
  payload.fill(0);
  const action = object?.["action"] ?? null;
  if (object?.["wk"] !== blank || wrappingKey === null) return null;
  if (object["next_wk"] !== (nextAt === null ? undefined : blank) || (nextAt !== null && next === null))
    return null;
  return action === null || isJsonObject(action) ? { wrappingKey, nextWrappingKey: next, action } : null;
}

/** The key whose text begins at `at`, which is blanked; null when it is none. */
function takeKey(payload: Uint8Array, at: number): Uint8Array | null {
  const text = payload.subarray(at, at + textBytes);
  const key = bytesOfBase64Url(text);
  text.fill(blank.charCodeAt(0));
  return key?.length === keyBytes ? key : null;
}

/** Where the text behind `head` begins, with spaces between the tokens if need be. */
function textAt(payload: Uint8Array, from: number, head: Uint8Array): number | null {
  let at = from;
  let quotes = 0;
  for (const byte of head) {
    // Within the name every byte counts.
    while (quotes !== 1 && spaces.includes(payload[at] ?? 0)) at++;
    if (payload[at++] !== byte) return null;
    if (byte === quote) quotes++;
  }
  return at + textBytes < payload.length ? at : null;
}
