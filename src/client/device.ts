// What a device of a tenant keeps: by these it signs in, and knows the server.

import { type KeyKind, readKeyText, writeKeyText } from "../handshake/key-text.ts";
import { nobleSuite } from "../handshake/noble-suite.ts";
import type { Randomness } from "../handshake/randomness.ts";
import { ClientError } from "./client-error.ts";

export interface Device {
  /** `https://flows.example`: where the server is asked. */
  readonly url: string;
  /** What the server calls itself, where that is not the origin of `url`. */
  readonly origin?: string;
  /** `ten_…` */
  readonly tenant: string;
  /** `dsk_live_…` */
  readonly apiKey: string;
  /** `dprv1_…` */
  readonly privateKey: string;
  /** `dsrv1_…`: the keys by which the server is known: one, or two while it changes. */
  readonly serverKeys: readonly string[];
  /** Of the private key: 1 until it is rotated. Where it is not known, the server is asked at each handshake. */
  readonly generation?: number | undefined;
}

export const systemRandomness: Randomness = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};

export interface KeyPairText {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A new private key, `dprv1_…`, and its public half, `dpub1_…`. */
export function generateKeyPair(): KeyPairText {
  const bytes = systemRandomness.bytes(32);
  const { publicKey } = nobleSuite.privateKey(bytes);
  const pair = {
    privateKey: writeKeyText(nobleSuite, "private", bytes),
    publicKey: writeKeyText(nobleSuite, "public", publicKey),
  };
  bytes.fill(0);
  return pair;
}

export interface RecoveryPairText {
  /** `drec1_…`, to be printed. */
  readonly recoveryKey: string;
  /** `dpub1_…` */
  readonly publicKey: string;
}

export function recoveryPair(): RecoveryPairText {
  const bytes = systemRandomness.bytes(32);
  const { publicKey } = nobleSuite.privateKey(bytes);
  const pair = {
    recoveryKey: writeKeyText(nobleSuite, "recovery", bytes),
    publicKey: writeKeyText(nobleSuite, "public", publicKey),
  };
  bytes.fill(0);
  return pair;
}

/** The public half of a private key, as text. Errors: `invalid_key_text`. */
export function publicKeyTextOf(privateKey: string): string {
  const bytes = readKey("private", privateKey);
  const text = writeKeyText(nobleSuite, "public", nobleSuite.privateKey(bytes).publicKey);
  bytes.fill(0);
  return text;
}

const names = {
  private: "a private key",
  public: "a public key",
  server: "a server's key",
  recovery: "a recovery key",
} as const;
const reasons = {
  not_a_key: "is no key at all",
  other_kind: "is another kind of key",
  newer: "is of a later version of Dispatched",
  damaged: "was mistyped or cut",
  unusable: "is a key that nobody can use",
} as const;

/** Errors: `invalid_key_text`. */
export function readKey(kind: KeyKind, text: string): Uint8Array {
  const read = readKeyText(nobleSuite, kind, text);
  if (read.ok) return read.bytes;
  const message = `what was given as ${names[kind]} ${reasons[read.problem]}`;
  throw new ClientError("invalid_key_text", 0, message, null);
}
