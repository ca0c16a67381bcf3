// What an operator says of a called host: how often, how many at once, and when it is left alone.

import type { CalledHost } from "./allowed-hosts.ts";

export interface HostRule {
  /** `api.example.com`, `*.example.com` for every host below it, each with a port or without. The first that fits holds. */
  readonly host: string;
  /** At most `calls` begin in any `perMs`. Calls 1 to 10,000, `perMs` up to an hour. Null for no bound. */
  readonly rate: { readonly calls: number; readonly perMs: number } | null;
  /** Calls under way at once. Null for no bound. */
  readonly concurrency: number | null;
  /** After so many failures in a row nothing is sent for `openMs`, then one call to see. Null for never. */
  readonly breaker: { readonly failures: number; readonly openMs: number } | null;
}

/** A rule for `*.example.com` holds for each host below it by itself. */
export function keyOf({ host, port }: CalledHost): string {
  return `${host}:${port}`;
}
