// The buttons of a graph: nearer, farther, all of it.

import { Maximize, Minus, Plus } from "lucide-react";
import type { RefObject } from "react";
import type { CanvasView } from "./canvas-view.ts";

const step = 1.4;

export function GraphKeys({ view }: { readonly view: RefObject<CanvasView | null> }) {
  return (
    <div className="graph-keys">
      <button type="button" aria-label="Zoom in" onClick={() => view.current?.zoomBy(step)}>
        <Plus size={16} aria-hidden />
      </button>
      <button type="button" aria-label="Zoom out" onClick={() => view.current?.zoomBy(1 / step)}>
        <Minus size={16} aria-hidden />
      </button>
      <button type="button" aria-label="Show all of it" onClick={() => view.current?.fit()}>
        <Maximize size={14} aria-hidden />
      </button>
    </div>
  );
}
