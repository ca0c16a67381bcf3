// The graph of a workflow as a small picture: for cards, where nothing in it is to be pressed.

import type { GraphNode } from "dispatched/language";
import { useMemo } from "react";
import { layOutSteps, linePath, type Measures } from "./lay-out-steps.ts";

interface GraphPictureProps {
  readonly steps: readonly GraphNode[];
  readonly label: string;
}

const measures: Measures = { width: 92, height: 24, gap: 12, rowGap: 16 };
const margin = 2;
/** Characters that fit into a step. */
const lettersMax = 14;

function shortId(id: string): string {
  return id.length > lettersMax ? `${id.slice(0, lettersMax - 1)}…` : id;
}

export function GraphPicture({ steps, label }: GraphPictureProps) {
  const { steps: placed, lines, width, height } = useMemo(() => layOutSteps(steps, measures), [steps]);
  const box = `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={box}
      className="mx-auto block h-full max-w-full"
      preserveAspectRatio="xMidYMid meet"
    >
      {lines.map(({ from, to, points }) => (
        <path key={`${from} ${to}`} d={linePath(points)} fill="none" className="stroke-line-strong" />
      ))}
      {placed.map(({ id, x, y }) => (
        <g key={id}>
          <rect
            x={x}
            y={y}
            width={measures.width}
            height={measures.height}
            rx={4}
            className="fill-raised stroke-line-strong"
          />
          <text
            x={x + measures.width / 2}
            y={y + measures.height / 2 + 4}
            textAnchor="middle"
            className="fill-ink text-xs"
          >
            {shortId(id)}
          </text>
        </g>
      ))}
    </svg>
  );
}
