// Signs a request as it goes out: HTTP message signatures (RFC 9421) with HMAC-SHA256 over the digest of the body (RFC 9530).

import type { Item } from "structured-headers";
import { serializeInnerList } from "structured-headers";
import type { OutboundRequest } from "../ports/caller.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Vault } from "../ports/vault.ts";
import { base64OfBytes } from "../value/base64.ts";
import { contentDigest } from "../value/content-digest.ts";
import { signatureBase } from "../value/signature-base.ts";
import { bodyDigest } from "./body-digest.ts";
import { hex } from "./hex.ts";
import type { SigningSecret } from "./signing-secrets.ts";

export interface SigningPorts {
  readonly vault: Pick<Vault, "mac" | "digest">;
  readonly clock: Pick<Clock, "now">;
  readonly entropy: Entropy;
}

/** How long a signature holds, in seconds: for clocks that differ and for what waits on the way. */
const validSeconds = 300;

/**
 * The request with `content-digest`, `signature-input` and `signature`, one signature a secret: over the method, the target
 * URI, the digest and, where there is one, the idempotency key, with a nonce that names this sending: what is sent again
 * in the same second is no repeat. Without secrets, or when its address is none, as it was.
 */
export function signRequest(
  { vault, clock, entropy }: SigningPorts,
  secrets: readonly Pick<SigningSecret, "id" | "secret">[],
  request: OutboundRequest,
): OutboundRequest {
  if (secrets.length === 0) return request;
  const encoder = new TextEncoder();
  const digest = contentDigest(bodyDigest(vault, request.body));
  const headers = [...request.headers, ["content-digest", digest] as const];
  const header = (name: string) => headers.findLast(([own]) => own === name)?.[1] ?? null;
  const names = ["@method", "@target-uri", "content-digest"];
  if (header("idempotency-key") !== null) names.push("idempotency-key");
  const created = Math.floor(clock.now() / 1_000);
  const nonce = hex(entropy.bytes(16));
  const inputs: string[] = [];
  const signatures: string[] = [];
  for (const [index, { id, secret }] of secrets.entries()) {
    const parameters = { created, expires: created + validSeconds, nonce, keyid: id, alg: "hmac-sha256" };
    const components = names.map((name): Item => [name, new Map()]);
    const input: Parameters<typeof signatureBase>[1] = [components, new Map(Object.entries(parameters))];
    const base = signatureBase({ method: request.method, url: request.url, header }, input);
    if (base === null) return request;
    const label = `sig${index + 1}`;
    inputs.push(`${label}=${serializeInnerList(input)}`);
    signatures.push(`${label}=:${base64OfBytes(vault.mac(encoder.encode(secret), encoder.encode(base)))}:`);
  }
  headers.push(["signature-input", inputs.join(", ")], ["signature", signatures.join(", ")]);
  return { ...request, headers };
}
