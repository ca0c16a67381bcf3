// What is said of a called host: how often, how many at once, and when it is left alone.

import { type CalledHost, isAllowed } from "./allowed-hosts.ts";

export interface HostBounds {
  /** At most `calls` begin in any `perMs`. Calls 1 to 10,000, `perMs` up to an hour. Null for no bound. */
  readonly rate: { readonly calls: number; readonly perMs: number } | null;
  /** Calls under way at once, 1 to 10,000. Null for no bound. */
  readonly concurrency: number | null;
  /** After so many failures in a row nothing is sent for `openMs`, then one call to see. Null for never. */
  readonly breaker: { readonly failures: number; readonly openMs: number } | null;
}

export interface HostRule extends HostBounds {
  /** `api.example.com`, `*.example.com` for every host below it, each with a port or without. Of an operator's, the first that fits holds. */
  readonly host: string;
}

/** A rule that a tenant made, for its own calls alone. */
export interface TenantRule extends HostRule {
  /** The only workflows that may call the host: names, and beginnings of names with `*`. Null for all. */
  readonly workflows: readonly string[] | null;
  /** Another whenever a rule of the tenant changes, and never again the same. */
  readonly edition: number;
  readonly updatedAt: number;
}

/** A rule for `*.example.com` holds for each host below it by itself. */
export function keyOf({ host, port }: CalledHost): string {
  return `${host}:${port}`;
}

/** Of a tenant's rules the one that says most exactly which host it is for. */
export function ruleFor(rules: readonly TenantRule[], called: CalledHost): TenantRule | undefined {
  const fitting = rules.filter(({ host }) => isAllowed([host], called));
  return fitting.sort((one, other) => exactness(other.host) - exactness(one.host))[0];
}

/** A name before `*.`, longer before shorter, with a port before without. */
function exactness(host: string): number {
  const [, name = "", port] = /^(.*?)(:\d+)?$/.exec(host) ?? [];
  return (name.startsWith("*.") ? name.length : 1_000) * 2 + (port === undefined ? 0 : 1);
}
