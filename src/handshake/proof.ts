// The payload of message 3: the wrapping key, and the action that the handshake is for.

import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";
import { isJsonObject, type JsonObject } from "../value/json.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import { keyBytes } from "./crypto-suite.ts";
import { asObject, readJsonBytes } from "./read-object.ts";

export interface Proof {
  /** WK, 32 bytes. */
  readonly wrappingKey: Uint8Array;
  /** What is to be done, of a handshake that does more than sign in. */
  readonly action: JsonObject | null;
}

const textBytes = 43;
const blank = "A".repeat(textBytes);
const head = new TextEncoder().encode('{"wk":"');
const spaces = [0x20, 0x09, 0x0a, 0x0d];

/** JSON text: `wk`, the first member, in base64url; `action`, if there is one. */
export function writeProof({ wrappingKey, action }: Proof): Uint8Array {
  const wk = base64Url(wrappingKey);
  return new TextEncoder().encode(stringifyJson(action === null ? { wk } : { wk, action }));
}

/**
 * Reads what `writeProof` wrote; null for anything else. The key never becomes a string, which could not be erased: it
 * is read from the bytes and blanked there before the rest is parsed. Therefore `wk` must be the first member.
 * @param payload erased afterwards
 */
export function readProof(payload: Uint8Array): Proof | null {
  const at = keyTextAt(payload);
  if (at === null) return null;
  const text = payload.subarray(at, at + textBytes);
  const wrappingKey = bytesOfBase64Url(text);
  text.fill(blank.charCodeAt(0));
  const object = asObject(readJsonBytes(payload) ?? undefined, ["wk"], ["action"]);
  payload.fill(0);
  const action = object?.["action"] ?? null;
  if (object?.["wk"] !== blank || wrappingKey?.length !== keyBytes) return null;
  return action === null || isJsonObject(action) ? { wrappingKey, action } : null;
}

/** Where the text of `wk` begins: after `{"wk":"`, with spaces between the tokens if need be. */
function keyTextAt(payload: Uint8Array): number | null {
  let at = 0;
  for (const [index, byte] of head.entries()) {
    const inName = index === 2 || index === 3 || index === 4;
    while (!inName && spaces.includes(payload[at] ?? 0)) at++;
    if (payload[at++] !== byte) return null;
  }
  return at + textBytes < payload.length ? at : null;
}
