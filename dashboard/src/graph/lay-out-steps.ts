// Where each step of a workflow stands and how the lines between them run: pure, the same for every picture of a workflow.

import { Graph, layout } from "@dagrejs/dagre";

export interface StepOfGraph {
  readonly id: string;
  /** Ids of the steps that it comes after; others than those of the graph are left out. */
  readonly after: readonly string[];
}

export interface Measures {
  /** Of a step. */
  readonly width: number;
  readonly height: number;
  /** Between steps side by side, and between one row and the next. */
  readonly gap: number;
  readonly rowGap: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedStep extends Point {
  readonly id: string;
}

export interface PlacedLine {
  readonly from: string;
  readonly to: string;
  /** From the foot of one to the head of the other, at least two. */
  readonly points: readonly Point[];
}

export interface Layout {
  /** In the order of the document; `x` and `y` of the upper left corner. */
  readonly steps: readonly PlacedStep[];
  readonly lines: readonly PlacedLine[];
  readonly width: number;
  readonly height: number;
}

export const cardMeasures: Measures = { width: 208, height: 56, gap: 28, rowGap: 40 };

/** From top to bottom, as the steps come after each other. The same steps are always laid out alike. */
export function layOutSteps(steps: readonly StepOfGraph[], measures: Measures = cardMeasures): Layout {
  const { width, height, gap, rowGap } = measures;
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: gap, edgesep: gap / 2, ranksep: rowGap });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of steps) graph.setNode(id, { width, height });
  for (const { id, after } of steps) {
    for (const before of after) if (graph.hasNode(before)) graph.setEdge(before, id);
  }
  layout(graph);
  const { width: wide = 0, height: high = 0 } = graph.graph() as Partial<Measures>;
  return {
    steps: steps.map(({ id }) => {
      const { x, y } = graph.node(id) as Point;
      return { id, x: x - width / 2, y: y - height / 2 };
    }),
    lines: graph.edges().map(({ v, w }) => {
      const { points } = graph.edge(v, w) as { readonly points: readonly Point[] };
      return { from: v, to: w, points: points.map(({ x, y }) => ({ x, y })) };
    }),
    width: wide,
    height: high,
  };
}

/** The line through `points` as the `d` of an SVG path: straight, its corners rounded. */
export function linePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const last = rest.at(-1) ?? first;
  const bends = rest.slice(0, -1).map((bend, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    return `Q${bend.x} ${bend.y} ${end.x} ${end.y}`;
  });
  return [`M${first.x} ${first.y}`, ...(bends.length === 0 ? [`L${last.x} ${last.y}`] : bends)].join(" ");
}
