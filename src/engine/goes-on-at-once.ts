// Whether a run goes on from where it stands without anything coming to it.

import type { Effect } from "../run/effect.ts";
import type { RunState } from "../run/state.ts";

/**
 * True while the next decision comes of itself and may rest on what was computed and brought to hand for this one. That is
 * forgotten only afterwards, and only once what was decided with it is durable: it may have to be decided again.
 */
export function goesOnAtOnce(state: RunState | null, effects: readonly Effect[]): boolean {
  const at = state?.at ?? 0;
  return effects.some((effect) => {
    if (effect.type === "wake") return effect.at <= at;
    return effect.type === "evaluate" || effect.type === "fetch";
  });
}
