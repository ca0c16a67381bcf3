// Reads base64 as services and people write it.

import { bytesOfBase64Url } from "./base64-url.ts";

/**
 * The bytes of `text`, or null when it is not base64 (RFC 4648, sections 4 and 5): either alphabet, with or without
 * padding, with line breaks as in MIME (RFC 2045, section 6.8).
 */
export function bytesOfBase64(text: string): Uint8Array | null {
  const plain = text.replace(/[\r\n\t ]+/g, "").replace(/={1,2}$/, "");
  return bytesOfBase64Url(plain.replaceAll("+", "-").replaceAll("/", "_"));
}
