// Which headers of what arrives are kept.

/** Never recorded: our own credentials, those of others, and what concerns one connection only. In lowercase, as all here. */
export const droppedHeaders: ReadonlySet<string> = new Set([
  "dispatched-session",
  "dispatched-key",
  "dispatched-export",
  "authorization",
  "proxy-authorization",
  "cookie",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "expect",
  "host",
]);

/** Their values are never shown, whoever sent them, and not kept of what comes to a hook. */
export const credentialHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "cookie",
  "set-cookie",
]);
