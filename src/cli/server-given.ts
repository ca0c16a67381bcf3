// What the command line of `login` says of the server, in the place of what the credentials file has.

import type { TenantEntry } from "../app/credentials.ts";
import { readKey } from "../client/device.ts";
import { CliError } from "./cli-error.ts";
import { urlOf } from "./url-of.ts";

export type ServerGiven = Partial<Pick<TenantEntry, "url" | "origin" | "server_keys">>;

export interface ServerOptions {
  readonly url?: string;
  readonly origin?: string;
  readonly serverKey?: readonly string[];
}

/** Errors: `usage`; `invalid_key_text`. */
export function serverGiven({ url, origin, serverKey }: ServerOptions): ServerGiven {
  requireServerKeys(serverKey);
  const at = url === undefined ? {} : { url: urlOf(url), origin: origin ?? urlOf(url) };
  return {
    ...at,
    ...(origin === undefined ? {} : { origin }),
    ...(serverKey === undefined ? {} : { server_keys: serverKey }),
  };
}

/** Errors: `usage` for more than two; `invalid_key_text`. */
export function requireServerKeys(keys: readonly string[] | undefined): void {
  for (const key of keys ?? []) readKey("server", key);
  if (keys === undefined || keys.length <= 2) return;
  throw new CliError(
    "usage",
    "a server has one key, or two while it changes",
    "give --server-key once or twice",
  );
}
