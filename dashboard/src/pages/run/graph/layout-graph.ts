// Where the steps of a graph stand: ranks from left to right, without a browser.

import dagre from "@dagrejs/dagre";

export const nodeWidth = 200;
export const nodeHeight = 56;

export interface Placed {
  readonly id: string;
  /** Of its upper left corner. */
  readonly x: number;
  readonly y: number;
}

export function layoutGraph(
  steps: readonly { readonly id: string; readonly after: readonly string[] }[],
): readonly Placed[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", ranker: "longest-path", nodesep: 18, ranksep: 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of steps) graph.setNode(id, { width: nodeWidth, height: nodeHeight });
  for (const { id, after } of steps) for (const parent of after) graph.setEdge(parent, id);
  dagre.layout(graph);
  return steps.map(({ id }) => {
    const { x, y } = graph.node(id);
    return { id, x: x - nodeWidth / 2, y: y - nodeHeight / 2 };
  });
}
