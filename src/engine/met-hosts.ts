// Hosts that tenants called lately, so that each can be told what the operator says of those, and of no others.

import type { TenantId } from "../value/id.ts";
import type { CalledHost } from "./allowed-hosts.ts";
import { keyOf } from "./host-rule.ts";

/** Beyond them the ones that were met longest ago are forgotten. */
const tenantsMax = 1_000;
const hostsMax = 50;

export class MetHosts {
  readonly #met = new Map<TenantId, Map<string, CalledHost>>();

  note(tenant: TenantId, called: CalledHost): void {
    const hosts = this.#met.get(tenant) ?? new Map<string, CalledHost>();
    putLast(hosts, keyOf(called), called, hostsMax);
    putLast(this.#met, tenant, hosts, tenantsMax);
  }

  /** By their names. */
  of(tenant: TenantId): readonly CalledHost[] {
    const hosts = [...(this.#met.get(tenant)?.values() ?? [])];
    return hosts.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }
}

function putLast<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
