// Where an expression stands decides which steps and names it may read.

import { type DocumentNode, keysTo } from "../document/document-node.ts";
import type { StepRead } from "../fields/step-fields.ts";
import type { MapEntry } from "../shape/map-shape.ts";
import type { StepGraph } from "./step-graph.ts";

export interface Reader {
  readonly sees: Sees;
  /** Names besides those that stand everywhere: `item`, `index` … */
  readonly roots: readonly string[];
  /** `callback.url` and `callback.token` exist here. */
  readonly hasCallback: boolean;
}

type Sees =
  /** The ancestors of a step; `itself` as well where it has been answered. */
  | { readonly type: "step"; readonly number: number; readonly itself: boolean }
  /** Output, answers and compensations see every step. */
  | { readonly type: "all" }
  | { readonly type: "none"; readonly place: PlaceWithoutSteps };

export type PlaceWithoutSteps = "labels" | "defaults" | "keys of concurrency" | "triggers";

const everywhere: Reader = { sees: { type: "all" }, roots: [], hasCallback: false };

export function readerOf(node: DocumentNode, graph: StepGraph, steps: readonly MapEntry<StepRead>[]): Reader {
  const keys = keysTo(node);
  const [root] = keys;
  if (root === "steps") return readerInStep(keys, graph, steps);
  const place = placeWithoutSteps(keys);
  return place === null ? everywhere : { ...everywhere, sees: { type: "none", place } };
}

function placeWithoutSteps(keys: readonly (string | number)[]): PlaceWithoutSteps | null {
  const [root, , field] = keys;
  if (root === "labels" || root === "defaults") return root;
  if (root === "concurrency") return "keys of concurrency";
  return root === "triggers" && field !== "respond" ? "triggers" : null;
}

function readerInStep(
  [, id, field, inner]: readonly (string | number)[],
  graph: StepGraph,
  steps: readonly MapEntry<StepRead>[],
): Reader {
  const number = graph.numbers.get(String(id));
  if (number === undefined) return everywhere;
  const entries = steps[number]?.value.entries;
  const hasCallback = entries?.request !== undefined && entries.wait !== undefined && field === "request";
  const roots = rootsIn(steps[number]?.value, String(field), String(inner));
  if (field === "compensate") return { sees: { type: "all" }, roots, hasCallback };
  return {
    sees: { type: "step", number, itself: field === "response" || inner === "show" },
    roots,
    hasCallback,
  };
}

function rootsIn(step: StepRead | undefined, field: string, inner: string): readonly string[] {
  if (field === "wait" && inner === "when") return ["event"];
  const type = step?.values.strategy?.type;
  if (type === undefined || field === "when") return [];
  if (field === "strategy") return inner === "expr" ? ["item", "index", "acc", "result"] : [];
  const item = type === "batch" ? ["batch", "index"] : ["item", "index"];
  return type === "reduce" ? [...item, "acc"] : item;
}
