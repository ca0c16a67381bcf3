// The layout of a graph: made anew only when its shape is another, and not with each letter that is typed or step that ends.

import type { GraphNode } from "dispatched/language";
import { cardMeasures, type Layout, layOutSteps, type StepOfGraph } from "./lay-out-steps.ts";
import { type OpenedItems, openedParts } from "./step-state.ts";

/** Of an item in an opened step. */
const itemHeight = 28;
const keptMax = 8;

/**
 * The last ones, the newest at the end. Not kept by the component: drawing for the first time is begun anew whenever something
 * else on the page changes, and a layout that takes longer than such things lie apart would never be drawn.
 */
const kept = new Map<string, Layout>();

function layoutOf(shape: string): Layout {
  const known = kept.get(shape);
  if (known !== undefined) return known;
  const start = performance.now();
  const layout = layOutSteps(JSON.parse(shape) as readonly StepOfGraph[]);
  performance.measure("graph layout", { start });
  kept.set(shape, layout);
  for (const oldest of kept.keys()) if (kept.size > keptMax) kept.delete(oldest);
  return layout;
}

export function useGraphLayout(
  steps: readonly GraphNode[],
  opened: ReadonlyMap<string, OpenedItems>,
): Layout {
  return layoutOf(
    JSON.stringify(
      steps.map(({ id, after }): StepOfGraph => {
        const items = opened.get(id);
        if (items === undefined) return { id, after };
        return { id, after, height: cardMeasures.height + itemHeight * openedParts(items).length };
      }),
    ),
  );
}
