// The header `content-digest` (RFC 9530, section 2), with SHA-256.

import { base64OfBytes } from "./base64.ts";

/** @param sha256 of the body's bytes as they are sent */
export function contentDigest(sha256: Uint8Array): string {
  return `sha-256=:${base64OfBytes(sha256)}:`;
}
