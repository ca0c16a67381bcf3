// The graph of a workflow as a small picture: for cards, where nothing in it is to be pressed.

import type { GraphNode } from "dispatched/language";
import { useMemo } from "react";
import { GraphLines } from "./graph-lines.tsx";
import { layOutSteps, type Measures } from "./lay-out-steps.ts";

interface GraphPictureProps {
  readonly steps: readonly GraphNode[];
  readonly label: string;
}

const measures: Measures = { width: 92, height: 24, gap: 12, rowGap: 22 };
const margin = 4;
/** A small graph is not blown up to fill its card. */
const scaleMax = 1.2;
/** Characters that fit into a step. */
const lettersMax = 14;

function shortId(id: string): string {
  return id.length > lettersMax ? `${id.slice(0, lettersMax - 1)}…` : id;
}

export function GraphPicture({ steps, label }: GraphPictureProps) {
  const layout = useMemo(() => layOutSteps(steps, measures), [steps]);
  const repeated = new Set(steps.flatMap(({ id, strategy }) => (strategy === null ? [] : id)));
  const [wide, high] = [layout.width + 2 * margin, layout.height + 2 * margin];
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`${-margin} ${-margin} ${wide} ${high}`}
      width={wide * scaleMax}
      height={high * scaleMax}
      className="m-auto block max-h-full max-w-full"
    >
      <GraphLines layout={layout} />
      {layout.steps.map(({ id, x, y, width, height }) => (
        <g key={id}>
          {repeated.has(id) && (
            <rect
              {...{ width, height }}
              x={x + 3}
              y={y + 3}
              rx={4}
              className="fill-raised stroke-line-strong"
            />
          )}
          <rect {...{ x, y, width, height }} rx={4} className="fill-raised stroke-line-strong" />
          <text x={x + width / 2} y={y + height / 2 + 4} textAnchor="middle" className="fill-ink text-xs">
            {shortId(id)}
          </text>
        </g>
      ))}
    </svg>
  );
}
