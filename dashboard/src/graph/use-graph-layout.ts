// The layout of a graph: made anew only when its shape is another, and not with each letter that is typed or step that ends.

import type { GraphNode } from "dispatched/language";
import { useMemo } from "react";
import { cardMeasures, type Layout, layOutSteps, type StepOfGraph } from "./lay-out-steps.ts";
import { type OpenedItems, openedParts } from "./step-state.ts";

/** Of an item in an opened step. */
const itemHeight = 28;

export function useGraphLayout(
  steps: readonly GraphNode[],
  opened: ReadonlyMap<string, OpenedItems>,
): Layout {
  const shape = JSON.stringify(
    steps.map(({ id, after }): StepOfGraph => {
      const items = opened.get(id);
      if (items === undefined) return { id, after };
      return { id, after, height: cardMeasures.height + itemHeight * openedParts(items).length };
    }),
  );
  return useMemo(() => {
    const start = performance.now();
    const layout = layOutSteps(JSON.parse(shape) as readonly StepOfGraph[]);
    performance.measure("graph layout", { start });
    return layout;
  }, [shape]);
}
