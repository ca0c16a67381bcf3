// The view of a layout's drawing: made with the pane, told when the drawing is another.

import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { CanvasView } from "./canvas-view.ts";
import type { Layout } from "./lay-out-steps.ts";

interface CanvasOf {
  readonly pane: RefObject<HTMLDivElement | null>;
  readonly drawing: RefObject<HTMLDivElement | null>;
  readonly view: RefObject<CanvasView | null>;
}

/** @param held a step that stays where it is seen when there is another layout; without it, the drawing is fitted anew */
export function useCanvasView(layout: Layout, held: string | null): CanvasOf {
  const pane = useRef<HTMLDivElement>(null);
  const drawing = useRef<HTMLDivElement>(null);
  const view = useRef<CanvasView>(null);
  const before = useRef(layout);
  useLayoutEffect(() => {
    if (pane.current === null || drawing.current === null) return;
    const made = new CanvasView(pane.current, drawing.current);
    view.current = made;
    return () => made.close();
  }, []);
  useEffect(() => {
    const placeIn = ({ steps }: Layout) => steps.find(({ id }) => id === held);
    const [from, to] = [placeIn(before.current), placeIn(layout)];
    if (before.current !== layout && from !== undefined && to !== undefined) view.current?.hold(from, to);
    before.current = layout;
    view.current?.resize(layout);
  }, [layout, held]);
  return { pane, drawing, view };
}
