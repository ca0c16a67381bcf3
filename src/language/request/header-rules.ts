// Which headers a request may have.

/** A header's name (RFC 9110, section 5.1). */
export const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Tab, and what is neither a control character nor beyond one byte (RFC 9110, section 5.5). */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Sent with every call, or part of how a message is framed and a connection kept (RFC 9110, section 7.6.1). */
const engineHeaders: ReadonlySet<string> = new Set([
  "idempotency-key",
  "traceparent",
  "user-agent",
  "content-digest",
  "signature",
  "signature-input",
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "upgrade",
  "expect",
]);

/** True for a header that the engine sets itself and a request may not. `name` is in lowercase. */
export function isEngineHeader(name: string): boolean {
  return name.startsWith("dispatched-") || engineHeaders.has(name);
}

export function isHeaderValue(value: string): boolean {
  return headerValue.test(value);
}
