// What an error of a connection means to the engine, in words that carry no value of the request.

import type { OutboundFailure } from "../ports/caller.ts";
import { limits } from "../value/limits.ts";
import { AddressRefused } from "./guarded-connector.ts";

export interface DescribedError {
  readonly reason: OutboundFailure["reason"];
  readonly detail: string;
}

const known: Readonly<Record<string, DescribedError>> = {
  UND_ERR_HEADERS_OVERFLOW: {
    reason: "too_large",
    detail: `the headers are larger than ${limits.header_bytes} bytes`,
  },
  UND_ERR_HEADERS_TIMEOUT: { reason: "timeout", detail: "the time for the call has passed" },
  UND_ERR_INVALID_ARG: { reason: "invalid", detail: "the request cannot be sent" },
  UND_ERR_NOT_SUPPORTED: { reason: "invalid", detail: "the request cannot be sent" },
  UND_ERR_CLOSED: { reason: "network", detail: "the connection was given up" },
  UND_ERR_DESTROYED: { reason: "network", detail: "the connection was given up" },
  UND_ERR_SOCKET: { reason: "network", detail: "the service closed the connection" },
  UND_ERR_CONNECT_TIMEOUT: { reason: "network", detail: "connect ETIMEDOUT" },
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: {
    reason: "network",
    detail: "the service does not speak HTTP/1.1, and HTTP/2 is offered with DISPATCHED_HTTP2=on only",
  },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    reason: "network",
    detail: "the body is not as long as content-length says",
  },
};

/** Of OpenSSL: the certificate is signed by nobody who is trusted here. */
const untrusted: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Error codes are constants of Node, OpenSSL and undici; messages carry addresses and are never passed on. */
const code = /^[A-Z][A-Z0-9_]{1,63}$/;

/** @param sent whether sending had begun */
export function describeError(error: unknown, sent: boolean): DescribedError {
  if (error instanceof AddressRefused) return { reason: "blocked", detail: error.message };
  const given = (error as { readonly code?: unknown } | null)?.code;
  if (typeof given !== "string" || !code.test(given)) {
    return { reason: "network", detail: sent ? "the answer failed" : "no connection" };
  }
  const described = Object.hasOwn(known, given) ? known[given] : undefined;
  if (described !== undefined) return described;
  if (given.startsWith("HPE_")) return { reason: "network", detail: `the answer is not HTTP/1.1 (${given})` };
  if (sent) return { reason: "network", detail: `answer ${given}` };
  if (untrusted.has(given)) {
    const detail = `connect ${given}: the server trusts nobody who signed the certificate (NODE_EXTRA_CA_CERTS)`;
    return { reason: "network", detail };
  }
  const resolving = given === "ENOTFOUND" || given === "ETIMEOUT" || given.startsWith("EAI_");
  return { reason: "network", detail: `${resolving ? "resolve" : "connect"} ${given}` };
}
