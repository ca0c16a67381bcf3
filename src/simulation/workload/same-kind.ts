// Whether a step is the same kind of thing in two versions, by the language's rules: only then its outcome is kept.

import type { StrategyModel } from "./language-model.ts";
import type { StepModel } from "./model.ts";

export function sameKind(one: StepModel, other: StepModel): boolean {
  return one.kind === other.kind && listOf(one.strategy) === listOf(other.strategy);
}

/** They differ in how many items are under way at once. */
function listOf(strategy: StrategyModel | null): string | null {
  return strategy?.type === "scatter" ? "fan_out" : (strategy?.type ?? null);
}
