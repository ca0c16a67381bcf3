// The lines of a graph as its layout drew them, in whatever picture they stand.

import { memo } from "react";
import type { Layout } from "./lay-out-steps.ts";
import { linePath } from "./route-line.ts";

interface GraphLinesProps {
  readonly layout: Layout;
  /** Steps that have not begun: lines to them are broken. */
  readonly idle?: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

export const GraphLines = memo(
  function GraphLines({ layout, idle = none }: GraphLinesProps) {
    return layout.lines.map(({ from, to, points }) => (
      <path
        key={`${from} ${to}`}
        d={linePath(points)}
        fill="none"
        strokeDasharray={idle.has(to) ? "3 4" : undefined}
        className="stroke-line-strong"
      />
    ));
  },
  (before, { layout, idle = none }) =>
    before.layout === layout && [...(before.idle ?? none)].join(" ") === [...idle].join(" "),
);
