// A strategy as the engine runs it.

import { limits } from "../../value/limits.ts";
import type { Expression } from "../expression.ts";
import { type StrategyRead, strategyDefaults } from "../fields/strategy-fields.ts";
import type { Template } from "../template.ts";
import type { Strategy } from "../workflow.ts";

const nullTemplate: Template = { type: "literal", value: null };

/** `strategy` has no problems. */
export function compileStrategy(strategy: StrategyRead): Strategy {
  const over = strategy.read.values.over as Template;
  const plain = { over, minSuccess: null, size: 1, reduce: null, onError: "fail" } as const;
  switch (strategy.type) {
    case "scatter": {
      const { on_error, min_success } = strategy.read.values;
      return { ...plain, type: "scatter", window: limits.window, ...tolerance(on_error, min_success) };
    }
    case "fan_out": {
      const { concurrency, on_error, min_success } = strategy.read.values;
      const window = concurrency ?? strategyDefaults.fanOutConcurrency;
      return { ...plain, type: "fan_out", window, ...tolerance(on_error, min_success) };
    }
    case "race":
      return { ...plain, type: "race", window: limits.window, onError: "continue" };
    case "batch": {
      const { concurrency, size, on_error } = strategy.read.values;
      const window = concurrency ?? strategyDefaults.batchConcurrency;
      return { ...plain, type: "batch", window, size: size as number, ...tolerance(on_error, undefined) };
    }
    case "reduce": {
      const { initial, expr } = strategy.read.values;
      const reduce = { initial: initial ?? nullTemplate, expr: expr as Expression };
      return { ...plain, type: "reduce", window: 1, reduce };
    }
  }
}

function tolerance(onError: string | undefined, minSuccess: number | undefined) {
  const minimum = minSuccess ?? null;
  const continues = minimum !== null || onError === "continue";
  return { onError: continues ? ("continue" as const) : ("fail" as const), minSuccess: minimum };
}
