// Finds two equal items of a list.

import { canonicalJson } from "../../value/canonical-json.ts";
import type { Json } from "../../value/json.ts";
import { jsonSize } from "../../value/json-size.ts";
import { type Judgement, spend } from "./judgement.ts";

/** The places of the first item that stands twice, or null; null too when the steps ran out. */
export function firstRepeated(
  items: readonly Json[],
  judgement: Judgement,
): readonly [number, number] | null {
  const places = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    if (!spend(judgement, 1 + jsonSize(item) / 64)) return null;
    const key = canonicalJson(item);
    const earlier = places.get(key);
    if (earlier !== undefined) return [earlier, index];
    places.set(key, index);
  }
  return null;
}
