// Which request headers may be sent: nothing that ends a line, and nothing that frames the message.

import { limits } from "../value/limits.ts";

/** The engine frames and routes the message; a caller that did could smuggle a second one (RFC 9112, section 11.2). */
const framing: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** RFC 9110, section 5.6.2; lowercase, as the port demands. */
const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** RFC 9110, section 5.5: visible characters, space, tab and the upper half of latin1. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Why `headers` cannot be sent, without any of their values; null when they can. */
export function findHeaderProblem(
  headers: readonly (readonly [name: string, value: string])[],
): string | null {
  let bytes = 0;
  for (const [index, [name, value]] of headers.entries()) {
    if (!token.test(name)) return `the name of header ${index + 1} is not a lowercase token`;
    if (framing.has(name)) return `the header "${name}" is set by the engine`;
    if (!fieldValue.test(value))
      return `the value of header ${index + 1} has a character that cannot be sent`;
    bytes += name.length + value.length;
  }
  return bytes > limits.header_bytes ? `the headers are larger than ${limits.header_bytes} bytes` : null;
}
