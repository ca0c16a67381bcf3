// The attempt of a step or item that the address names: its number, among those of its kind.

import type { Place } from "../use-place.ts";
import type { Attempt } from "./attempts-of.ts";

/** Undone again, a step has several of a number: the last one is meant. Undefined when there is none. */
export function attemptAt(
  attempts: readonly Attempt[],
  place: Pick<Place, "attempt" | "kind">,
): Attempt | undefined {
  return attempts.findLast(({ kind, number }) => kind === (place.kind ?? "call") && number === place.attempt);
}
