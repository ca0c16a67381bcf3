// What is done in a graph, for everything that stands in it; it stays the same as long as the graph is there.

import { createContext, type KeyboardEvent } from "react";
import type { GraphStop } from "./graph-stop.ts";

export interface GraphActions {
  go(stop: GraphStop): void;
  toggle(step: string): void;
  /** A key was pressed at a stop. */
  press(stop: GraphStop, event: KeyboardEvent): void;
  /** A stop has the focus now, by the keyboard or otherwise. */
  reach(stop: GraphStop, button: HTMLElement): void;
}

export const GraphActionsContext = createContext<GraphActions>({
  go: () => undefined,
  toggle: () => undefined,
  press: () => undefined,
  reach: () => undefined,
});
