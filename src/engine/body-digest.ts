// SHA-256 of the body of a request as it goes out.

import type { OutboundRequest } from "../ports/caller.ts";
import type { Vault } from "../ports/vault.ts";

const encoder = new TextEncoder();

/** Of a body that is read while it is sent it is known before. */
export function bodyDigest(vault: Pick<Vault, "digest">, body: OutboundRequest["body"]): Uint8Array {
  if (body === null || typeof body === "string") return vault.digest(encoder.encode(body ?? ""));
  if (body instanceof Uint8Array) return vault.digest(body);
  return Uint8Array.from(body.digest.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
