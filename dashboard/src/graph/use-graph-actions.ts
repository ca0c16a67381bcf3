// Going through a graph by keys and pointer: where the keyboard is, and what is done there.

import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { CanvasView } from "./canvas-view.ts";
import type { GraphActions } from "./graph-actions.ts";
import { directionOf, type GraphStop, nextStop, type OpenedParts, stopKey } from "./graph-stop.ts";
import type { Layout } from "./lay-out-steps.ts";

interface Going {
  readonly layout: Layout;
  readonly opened: OpenedParts;
  readonly pane: RefObject<HTMLElement | null>;
  readonly view: RefObject<CanvasView | null>;
  readonly onSelect: ((step: string, item: number | null) => void) | undefined;
  readonly onToggle: ((step: string) => void) | undefined;
}

/** The actions stay the same: nothing is drawn anew because of them. */
export function useGraphActions(going: Going): {
  readonly actions: GraphActions;
  /** Where the keyboard was last; null: nowhere yet. */
  readonly reached: GraphStop | null;
} {
  const [reached, setReached] = useState<GraphStop | null>(null);
  const latest = useRef(going);
  useLayoutEffect(() => {
    latest.current = going;
  });
  const actions = useMemo<GraphActions>(
    () => ({
      go: ({ step, part }) => latest.current.onSelect?.(step, part === "more" ? null : part),
      toggle: (step) => latest.current.onToggle?.(step),
      reach: (stop, button) => {
        setReached(stop);
        // What moves under a pointer that presses it is not pressed.
        if (!button.matches(":focus-visible")) return;
        const place = latest.current.layout.steps.find(({ id }) => id === stop.step);
        if (place !== undefined) latest.current.view.current?.reveal(place);
      },
      press: (stop, event) => {
        const direction = event.ctrlKey || event.metaKey || event.altKey ? null : directionOf(event.key);
        if (direction === null) return;
        const { layout, opened, pane } = latest.current;
        const next = nextStop(layout, opened, stop, direction);
        if (next === null) return;
        event.preventDefault();
        const selector = `[data-stop="${CSS.escape(stopKey(next))}"]`;
        pane.current?.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
      },
    }),
    [],
  );
  return { actions, reached };
}
