// What becomes of one secret in the time of a world: its first value, new ones, deletions, and the hosts that it may go to.

import type { Prng } from "../prng.ts";

export interface SecretChange {
  readonly afterMs: number;
  readonly remove: boolean;
  /** Null for anywhere; undefined leaves what was said before. */
  readonly hosts: readonly string[] | null | undefined;
}

const home = [
  ["services.example"],
  ["*.example"],
  ["x.example", "services.example:443"],
  ["SERVICES.example"],
];
/** Lists of hosts at which no service of the steps is. */
const foreign = [["elsewhere.example"], ["*.services.example", "services.example:80", "s.example"]];

export function generateSecret(prng: Prng, spanMs: number): readonly SecretChange[] {
  const first = { afterMs: 0, remove: false, hosts: prng.chance(0.4) ? generateHosts(prng) : null };
  if (!prng.chance(0.4)) return [first];
  const count = prng.between(1, 3);
  const changes = Array.from({ length: count }, () => ({
    afterMs: prng.between(0, spanMs),
    remove: prng.chance(0.25),
    hosts: prng.chance(0.5) ? undefined : prng.chance(0.7) ? generateHosts(prng) : null,
  }));
  return [first, ...changes];
}

function generateHosts(prng: Prng): readonly string[] {
  return prng.pick(prng.chance(0.8) ? home : foreign);
}
