// The graph of a workflow, to look at: loaded when a page shows one.

import { Suspense } from "react";
import { part } from "../look/part.tsx";
import type { GraphCanvasProps } from "./graph-canvas.tsx";

const Canvas = part(async () => (await import("./graph-canvas.tsx")).GraphCanvas);

/** Fills what it stands in, which has a height. */
export function WorkflowGraph(props: GraphCanvasProps) {
  return (
    <Suspense fallback={<p className="m-0 p-4 text-soft">Drawing…</p>}>
      <Canvas {...props} />
    </Suspense>
  );
}
