// A key as text: a prefix that says what it is, base64url, and a sum that tells a mistyped key from a wrong one.

import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";
import { concat } from "./concat.ts";
import { type CryptoSuite, keyBytes } from "./crypto-suite.ts";
import { isLowOrder } from "./low-order-points.ts";

/**
 * `private`: of the tenant's device, never sent. `public`: its other half, or that of a recovery key. `server`: what a
 * device knows a server by. `recovery`: a private key on paper.
 */
export type KeyKind = "private" | "public" | "server" | "recovery";

/**
 * Why a text is not the key that was asked for. `not_a_key`: it does not begin like one. `other_kind`: another kind of
 * key. `newer`: a later version wrote it. `damaged`: mistyped, cut or lengthened. `unusable`: whole, but a public key
 * that shares no secret with anybody.
 */
export type KeyProblem = "not_a_key" | "other_kind" | "newer" | "damaged" | "unusable";

export type ReadKeyText =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: KeyProblem };

const prefixes = {
  private: "dprv1_",
  public: "dpub1_",
  server: "dsrv1_",
  recovery: "drec1_",
} as const satisfies Record<KeyKind, string>;
const anyPrefix = /^d(prv|pub|srv|rec)(\d+)_/;
const sumBytes = 4;
const encoder = new TextEncoder();

/**
 * `dprv1_`, `dpub1_`, `dsrv1_` or `drec1_` and 48 characters: base64url of the key's 32 bytes and a sum of 4, which are the first
 * of SHA-256 over prefix and key. The sum finds typing errors, not attackers.
 */
export function writeKeyText(suite: CryptoSuite, kind: KeyKind, bytes: Uint8Array): string {
  return prefixes[kind] + base64Url(concat(bytes, sum(suite, kind, bytes)));
}

/** Reads what `writeKeyText` wrote; space around it does not matter. */
export function readKeyText(suite: CryptoSuite, kind: KeyKind, text: string): ReadKeyText {
  const trimmed = text.trim();
  const prefix = anyPrefix.exec(trimmed);
  if (prefix === null) return { ok: false, problem: "not_a_key" };
  if (!prefixes[kind].startsWith(`d${prefix[1]}`)) return { ok: false, problem: "other_kind" };
  if (prefix[0] !== prefixes[kind]) return { ok: false, problem: "newer" };
  const decoded = bytesOfBase64Url(trimmed.slice(prefix[0].length));
  if (decoded === null || decoded.length !== keyBytes + sumBytes) return { ok: false, problem: "damaged" };
  const bytes = decoded.slice(0, keyBytes);
  const expected = sum(suite, kind, bytes);
  if (expected.some((byte, index) => byte !== decoded[keyBytes + index])) {
    return { ok: false, problem: "damaged" };
  }
  if ((kind === "public" || kind === "server") && isLowOrder(bytes))
    return { ok: false, problem: "unusable" };
  return { ok: true, bytes };
}

function sum(suite: CryptoSuite, kind: KeyKind, bytes: Uint8Array): Uint8Array {
  return suite.sha256(concat(encoder.encode(prefixes[kind]), bytes)).slice(0, sumBytes);
}
