// A line of the graph, as the layout drew it.

import { BaseEdge, type Edge, type EdgeProps } from "@xyflow/react";

export interface GraphLineData extends Record<string, unknown> {
  readonly path: string;
  /** It leads to a step that has not begun. */
  readonly idle: boolean;
}

export function GraphLine({ id, data }: EdgeProps<Edge<GraphLineData>>) {
  if (data === undefined) return null;
  return <BaseEdge id={id} path={data.path} className={data.idle ? "graph-line idle" : "graph-line"} />;
}
