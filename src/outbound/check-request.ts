// Reads a request as the wire wants it, or says why it cannot be sent.

import type { OutboundRequest } from "../ports/caller.ts";
import { limits } from "../value/limits.ts";
import { findHeaderProblem } from "./check-headers.ts";

export interface SendableRequest {
  /** Scheme, host and port: `https://api.example:8443`. */
  readonly origin: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | null;
}

export type CheckedRequest =
  | { readonly ok: true; readonly request: SendableRequest }
  /** `problem` holds no value of the request. */
  | { readonly ok: false; readonly reason: "invalid" | "blocked"; readonly problem: string };

/** CONNECT would open a tunnel, TRACE would send credentials back (RFC 9110, sections 9.3.6 and 9.3.8). */
const method = /^(?!(?:CONNECT|TRACE)$)[A-Z][A-Z-]{0,31}$/;

/**
 * What the services are told that we understand, when the request does not say it: an author who wants no compression
 * sets `accept-encoding: identity`. `deflate` is not offered, because services disagree about what it is.
 */
const acceptEncoding = "gzip, br, zstd";

export function checkRequest(request: OutboundRequest): CheckedRequest {
  if (!method.test(request.method)) return invalid("the method is not one that can be sent");
  if (request.url.length > limits.header_bytes)
    return invalid(`the address is longer than ${limits.header_bytes} characters`);
  // Host forms like 2130706433 or 0x7f.1 become dotted quads here (WHATWG URL, "IPv4 parser").
  const url = URL.parse(request.url);
  if (url === null) return invalid("the address is not a URL");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return invalid("the address is not http or https");
  if (url.username !== "" || url.password !== "") return invalid("the address has credentials in it");
  if (url.hostname.endsWith(".")) return refused("the host ends in a dot");
  const problem = findHeaderProblem(request.headers);
  if (problem !== null) return invalid(problem);
  const path = url.pathname + url.search;
  const { body } = request;
  const sendable = { origin: url.origin, path, headers: flatten(request.headers) };
  if (body === null || typeof body === "string" || body instanceof Uint8Array) {
    return { ok: true, request: { ...sendable, body: body === null || body.length === 0 ? null : body } };
  }
  sendable.headers.push("content-length", String(body.bytes));
  return { ok: true, request: { ...sendable, body: body.chunks() } };
}

function flatten(headers: OutboundRequest["headers"]): string[] {
  const flat: string[] = [];
  let says = false;
  for (const [name, value] of headers) {
    flat.push(name, value);
    says ||= name === "accept-encoding";
  }
  if (!says) flat.push("accept-encoding", acceptEncoding);
  return flat;
}

function invalid(problem: string): CheckedRequest {
  return { ok: false, reason: "invalid", problem };
}

/** A name with a dot at its end is another spelling of the same host, and would pass by lists of hosts. */
function refused(problem: string): CheckedRequest {
  return { ok: false, reason: "blocked", problem };
}
