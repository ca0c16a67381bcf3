// What both sides of a handshake must agree on before it begins: where, who, what for, with which API key.

import type { CryptoSuite } from "./crypto-suite.ts";
import { joinFields } from "./join-fields.ts";
import type { KeyOwner } from "./tenant-keys.ts";

/** What a handshake is for; one that was made for one purpose serves no other. */
export const purposes = ["session", "recover", "grant", "rotate", "backup", "export", "replace-key"] as const;
export type Purpose = (typeof purposes)[number];

export interface HandshakeTerms {
  /** Scheme, host and port of the server as its users write it, for instance `https://flows.example` (RFC 6454, section 6.1). */
  readonly origin: string;
  readonly owner: KeyOwner;
  readonly purpose: Purpose;
  /** The API key's whole text. */
  readonly apiKey: string;
}

const encoder = new TextEncoder();

/** `text` as a purpose, or null. */
export function asPurpose(text: unknown): Purpose | null {
  return purposes.find((purpose) => purpose === text) ?? null;
}

/** The fields, each led by its length: protocol, origin, tenant, key generation, purpose, SHA-256 of the API key. */
export function prologueOf(suite: CryptoSuite, terms: HandshakeTerms): Uint8Array {
  const { tenant, generation } = terms.owner;
  const apiKey = suite.sha256(encoder.encode(terms.apiKey));
  return joinFields("dispatched/v1/handshake", terms.origin, tenant, generation, terms.purpose, apiKey);
}
