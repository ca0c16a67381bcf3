// The idempotency keys that the calls of a rerun keep from the runs before.

import type { KeptKey, RunCreated } from "./event.ts";

type ByItem = ReadonlyMap<number | null, string>;

/** There may be one for each item of a list: they are looked through once. */
const indexes = new WeakMap<readonly KeptKey[], ReadonlyMap<number, ByItem>>();

/** The run whose id begins the key that is kept there, or null. */
export function keptKeyAt({ keptKeys }: RunCreated, step: number, item: number | null): string | null {
  if (keptKeys === undefined) return null;
  const index = indexes.get(keptKeys) ?? indexOf(keptKeys);
  indexes.set(keptKeys, index);
  return index.get(step)?.get(item) ?? null;
}

function indexOf(keptKeys: readonly KeptKey[]): ReadonlyMap<number, ByItem> {
  const index = new Map<number, Map<number | null, string>>();
  for (const { step, item, run } of keptKeys) {
    const ofStep = index.get(step) ?? new Map<number | null, string>();
    index.set(step, ofStep.set(item, run));
  }
  return index;
}
