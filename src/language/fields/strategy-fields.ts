// The fields of a strategy: how a step's action is repeated over a list.

import { limits } from "../../value/limits.ts";
import { expressionShape } from "../shape/condition-shape.ts";
import { integerShape } from "../shape/number-shape.ts";
import { objectShape } from "../shape/object-shape.ts";
import type { Shape } from "../shape/shape.ts";
import { taggedShape } from "../shape/tagged-shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape } from "../shape/text-shape.ts";
import type { Template } from "../template.ts";

const plainTemplate = templateShape({ secrets: false, takes: "any" });
const listExpression = expressionShape({ sibling: false });
const nextExpression = expressionShape({ sibling: true });

/** A literal list, whose entries are templates, or an expression that gives a list. */
const overShape: Shape<Template> = {
  read(node, context) {
    if (node.type === "list") return plainTemplate.read(node, context);
    const expression = listExpression.read(node, context);
    return expression === undefined ? undefined : { type: "expression", expression };
  },
  schema: (definitions) => ({ anyOf: [listExpression.schema(definitions), { type: "array" }] }),
};

const over = {
  about: `The list: a literal one, or an expression that gives one; at most ${limits.items} entries.`,
  shape: overShape,
  required: true,
} as const;

const onError = {
  about:
    "`fail`: after the first failed item no new one starts, and the step fails; `continue`: the output of a failed item is null.",
  shape: choiceShape(["fail", "continue"]),
  default: "fail",
} as const;

const minSuccess = {
  about: "The step succeeds when at least so many items did; implies `on_error: continue`.",
  shape: integerShape(0, limits.items),
} as const;

const type = (name: string, about: string) => ({ about, shape: choiceShape([name]), required: true });

export const strategyDefaults = { fanOutConcurrency: 10, batchConcurrency: 1 } as const;

const concurrency = (byDefault: number) => ({
  about: "How many at once.",
  shape: integerShape(1, limits.window),
  default: byDefault,
});

export const strategyShape = taggedShape("a strategy", {
  scatter: objectShape({
    name: "scatter",
    about: `Every item at once (through the engine's own window of ${limits.window}).`,
    fields: {
      type: type("scatter", "Every item at once."),
      over,
      on_error: onError,
      min_success: minSuccess,
    } as const,
  }),
  fan_out: objectShape({
    name: "fan-out",
    about: "At most `concurrency` items at once.",
    fields: {
      type: type("fan_out", "So many items at once."),
      over,
      concurrency: concurrency(strategyDefaults.fanOutConcurrency),
      on_error: onError,
      min_success: minSuccess,
    } as const,
  }),
  race: objectShape({
    name: "race",
    about: "Every item at once; the first success wins and the others are aborted.",
    fields: { type: type("race", "The first success wins."), over } as const,
  }),
  batch: objectShape({
    name: "batch",
    about: "The list in chunks; `batch` is the chunk.",
    fields: {
      type: type("batch", "In chunks."),
      over,
      size: { about: "Entries a chunk.", shape: integerShape(1, limits.items), required: true },
      concurrency: concurrency(strategyDefaults.batchConcurrency),
      on_error: onError,
    } as const,
  }),
  reduce: objectShape({
    name: "reduce",
    about: "Item after item; after each, `acc` becomes the value of `expr`.",
    fields: {
      type: type("reduce", "Item after item, into one value."),
      over: {
        ...over,
        about: `The list: a literal one, or an expression that gives one; at most ${limits.reduce_items} entries.`,
      },
      initial: { about: "The first `acc`.", shape: plainTemplate, default: null },
      expr: {
        about: "The next `acc`: sees `acc`, `item`, `index` and `result`, the item's output.",
        shape: nextExpression,
        required: true,
      },
      lang: {
        about: "The language of `expr`.",
        shape: choiceShape(["path", "jsonpath", "lua"]),
        default: "path",
      },
    } as const,
  }),
});

export type StrategyRead = typeof strategyShape extends Shape<infer Value> ? Value : never;
