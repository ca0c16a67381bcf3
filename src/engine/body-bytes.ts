// A body as the bytes that are stored of it, and back.

import { base64OfBytes } from "../value/base64.ts";
import { bytesOfBase64 } from "../value/bytes-of-base64.ts";
import type { Json } from "../value/json.ts";
import type { StoredBody } from "../value/stored-body.ts";
import { decodeJson, encodeJson } from "./event-codec.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Base64 (RFC 4648, section 4) as nobody but an encoder writes it: padded, and with no bit that no byte has. */
const canonical = /^[A-Za-z0-9+/]*(?:[A-Za-z0-9+/]|[AEIMQUYcgkosw048]=|[AQgw]==)$/;

export function bytesOfBody(value: Json): Pick<StoredBody, "kind"> & { readonly content: Uint8Array } {
  if (typeof value !== "string" || !value.isWellFormed()) return { kind: "json", content: encodeJson(value) };
  const bytes = value.length % 4 === 0 && canonical.test(value) ? bytesOfBase64(value) : null;
  if (bytes !== null) return { kind: "base64", content: bytes };
  return { kind: "text", content: encoder.encode(value) };
}

/** The same value as `bytesOfBody` was given. */
export function bodyOfBytes(kind: StoredBody["kind"], content: Uint8Array): Json {
  switch (kind) {
    case "json":
      return decodeJson(content);
    case "text":
      return decoder.decode(content);
    case "base64":
      return base64OfBytes(content);
  }
}
