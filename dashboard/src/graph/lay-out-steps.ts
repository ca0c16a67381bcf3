// Where each step of a workflow stands and how the lines between them run: pure, the same for every picture of a workflow.

import { Graph, layout } from "@dagrejs/dagre";
import { type Point, type Row, routeLine } from "./route-line.ts";

export interface StepOfGraph {
  readonly id: string;
  /** Ids of the steps that it comes after; others than those of the graph are left out. */
  readonly after: readonly string[];
  /** Where it is higher than others. */
  readonly height?: number | undefined;
}

export interface Measures {
  /** Of a step. */
  readonly width: number;
  readonly height: number;
  /** Between steps side by side, and between one row and the next. */
  readonly gap: number;
  readonly rowGap: number;
}

export interface PlacedStep extends Point {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLine {
  readonly from: string;
  readonly to: string;
  /** From the foot of one to the head of the other, at least two. */
  readonly points: readonly Point[];
}

export interface Layout {
  /** In the order of the document; `x` and `y` of the upper left corner. Steps of one row have the same `y`. */
  readonly steps: readonly PlacedStep[];
  readonly lines: readonly PlacedLine[];
  readonly width: number;
  readonly height: number;
}

export const cardMeasures: Measures = { width: 240, height: 56, gap: 28, rowGap: 40 };

/** From top to bottom, as the steps come after each other. The same steps are always laid out alike. */
export function layOutSteps(steps: readonly StepOfGraph[], measures: Measures = cardMeasures): Layout {
  const { width, height: usual, gap, rowGap } = measures;
  const graph = new Graph();
  graph.setGraph({
    ...{ rankdir: "TB", nodesep: gap, edgesep: gap / 2, ranksep: rowGap },
    // The shortest lines of all take twice as long, and look the same in what people write.
    ...{ ranker: "tight-tree", rankalign: "top" },
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, height = usual } of steps) graph.setNode(id, { width, height });
  for (const { id, after } of steps) {
    for (const before of after) if (graph.hasNode(before)) graph.setEdge(before, id);
  }
  layout(graph);
  const placed = steps.map(({ id, height = usual }) => {
    const { x, y } = graph.node(id) as Point;
    return { id, x: x - width / 2, y: y - height / 2, width, height };
  });
  const edges = graph.edges().map(({ v: from, w: to }) => {
    const { points } = graph.edge(from, to) as { readonly points: readonly Point[] };
    return { from, to, points };
  });
  const lines = linesOf(placed, edges);
  return intoPlace(lines.length === 0 ? inRows(placed, measures) : placed, lines);
}

/** Steps without any line: as many side by side as make a square of them. */
function inRows(steps: readonly PlacedStep[], { gap, rowGap }: Measures): readonly PlacedStep[] {
  const [first] = steps;
  if (first === undefined) return steps;
  const highest = Math.max(...steps.map(({ height }) => height));
  const aside = first.width + gap;
  const down = highest + rowGap;
  const columns = Math.ceil(Math.sqrt((steps.length * down) / aside));
  return steps.map((step, index) => ({
    ...step,
    x: (index % columns) * aside,
    y: Math.floor(index / columns) * down,
  }));
}

/** Moved aside so that everything, lines that run beside all steps too, begins at 0. */
function intoPlace(steps: readonly PlacedStep[], lines: readonly PlacedLine[]): Layout {
  const points = lines.flatMap((line) => line.points);
  const from = Math.min(...steps.map(({ x }) => x), ...points.map(({ x }) => x));
  const to = Math.max(...steps.map(({ x, width }) => x + width), ...points.map(({ x }) => x));
  const aside = <T extends Point>(place: T): T => ({ ...place, x: place.x - from });
  return {
    steps: steps.map(aside),
    lines: lines.map((line) => ({ ...line, points: line.points.map(aside) })),
    width: Math.max(0, to - from),
    height: Math.max(0, ...steps.map(({ y, height }) => y + height)),
  };
}

function rowsOf(steps: readonly PlacedStep[]): readonly Row[] {
  const bottoms = new Map<number, number>();
  for (const { y, height } of steps) bottoms.set(y, Math.max(bottoms.get(y) ?? 0, y + height));
  return [...bottoms].map(([top, bottom]) => ({ top, bottom })).sort((a, b) => a.top - b.top);
}

function linesOf(steps: readonly PlacedStep[], edges: readonly PlacedLine[]): readonly PlacedLine[] {
  const rows = rowsOf(steps);
  const at = new Map(steps.map((step) => [step.id, step]));
  return edges.flatMap(({ from, to, points }) => {
    const [above, below] = [at.get(from), at.get(to)];
    if (above === undefined || below === undefined) return [];
    const first = rows.findIndex(({ top }) => top === above.y);
    const row = rows[first] ?? { top: above.y, bottom: above.y + above.height };
    // Of dagre's points every second lies in a row: the others between rows.
    const passed = rows
      .slice(
        first + 1,
        rows.findIndex(({ top }) => top === below.y),
      )
      .flatMap((one, index) => {
        const point = points[2 * index + 2];
        return point === undefined ? [] : { ...one, x: point.x };
      });
    const ends = {
      from: { x: above.x + above.width / 2, y: above.y + above.height },
      row,
      to: { x: below.x + below.width / 2, y: below.y },
    };
    return { from, to, points: routeLine(ends, passed) };
  });
}
