// Of what a step says beyond a plain call: the features that its calls, or its run, bring to a fault.

import type { StrategyModel } from "./language-model.ts";
import type { StepModel } from "./model.ts";

export const languageFeatures = [
  "scatter",
  "fan_out",
  "race",
  "batch",
  "reduce",
  "over_literal",
  "over_trigger",
  "over_step",
  "items_continue",
  "min_success",
  "item_compensate",
  "reads_responses",
  "poll",
  "poll_while_script",
  "directives",
  "script_body",
  "when_script",
  "strategy_script",
  "item_value",
  "value_script",
  "sleep",
  "sleep_until",
  "output_script",
] as const;

export type LanguageFeature = (typeof languageFeatures)[number];

/** Those of steps that make no call: faults of calls do not meet them. */
export const callless: ReadonlySet<string> = new Set([
  "value",
  "item_value",
  "value_script",
  "sleep",
  "sleep_until",
]);

export function languageFeaturesOf(step: StepModel, undo: boolean): readonly LanguageFeature[] {
  const found: LanguageFeature[] = [];
  const use = (uses: boolean, feature: LanguageFeature) => {
    if (uses) found.push(feature);
  };
  const { strategy, poll, sleep, script } = step;
  use(strategy !== null && step.compensate !== null, "item_compensate");
  if (undo) return found;
  use(step.when !== null && step.whenLang !== "path", "when_script");
  if (strategy !== null) {
    found.push(strategy.type);
    if (strategy.over.type !== "large") found.push(`over_${strategy.over.type}`);
    use(isScripted(strategy), "strategy_script");
    use(strategy.onError === "continue", "items_continue");
    use(strategy.minSuccess !== null, "min_success");
    use(step.kind === "value", "item_value");
  }
  use(step.readsResponses && step.reads.length > 0, "reads_responses");
  use(poll !== null, "poll");
  use(poll !== null && poll.lang !== "path", "poll_while_script");
  use(step.directives !== null, "directives");
  use(script !== null, step.kind === "value" ? "value_script" : "script_body");
  if (sleep !== null) {
    found.push("sleep");
    use(sleep.type === "until", "sleep_until");
  }
  return found;
}

function isScripted({ over, reduce }: StrategyModel): boolean {
  return (over.type !== "literal" && over.lang !== "path") || (reduce !== null && reduce.lang !== "path");
}
