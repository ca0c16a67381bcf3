// Tokens as text: a prefix that says what it opens, and 256 bits in base64url.

import { assert } from "../value/assert.ts";
import { base64Url, bytesOfBase64Url } from "../value/base64-url.ts";

/**
 * `key`: the API key of a tenant. `session`: of who signed in. `link`: opens one session, once. `run`: signals and status of one
 * run. `hook`: starts one workflow.
 */
export type TokenKind = "key" | "session" | "link" | "run" | "hook";

const tokenBytes = 32;
const prefixes = {
  key: "dsk_live_",
  session: "dst_sess_",
  link: "dst_link_",
  run: "dst_run_",
  hook: "dst_hook_",
} as const satisfies Record<TokenKind, string>;

/** `dsk_live_`, `dst_sess_`, `dst_link_`, `dst_run_` or `dst_hook_` and 43 characters. @param bytes 32: random, or of a run token the tenant and a code */
export function writeToken(kind: TokenKind, bytes: Uint8Array): string {
  assert(bytes.length === tokenBytes, "tokens hold 32 bytes");
  return prefixes[kind] + base64Url(bytes);
}

/** What a text that looks like a token is, and its 32 bytes; null for any other text. */
export function readToken(text: string): { readonly kind: TokenKind; readonly bytes: Uint8Array } | null {
  for (const kind of ["key", "session", "link", "run", "hook"] as const) {
    if (!text.startsWith(prefixes[kind])) continue;
    const bytes = bytesOfBase64Url(text.slice(prefixes[kind].length));
    return bytes?.length === tokenBytes ? { kind, bytes } : null;
  }
  return null;
}
