// A button in a graph that the arrow keys stop at. Of all of them, the page's Tab key stops at one.

import { type ReactNode, useContext } from "react";
import { GraphActionsContext } from "./graph-actions.ts";
import { type GraphStop, stopKey } from "./graph-stop.ts";

interface StopButtonProps {
  readonly stop: GraphStop;
  /** What stands in it, in words. */
  readonly label: string;
  readonly title?: string;
  readonly current: boolean;
  readonly selected: boolean;
  readonly className: string;
  readonly children: ReactNode;
}

export function StopButton({ stop, label, title, current, selected, className, children }: StopButtonProps) {
  const { go, press, reach } = useContext(GraphActionsContext);
  return (
    <button
      type="button"
      aria-pressed={selected}
      title={title}
      tabIndex={current ? 0 : -1}
      data-stop={stopKey(stop)}
      data-step={stop.part === null ? stop.step : undefined}
      className={className}
      onClick={() => go(stop)}
      onKeyDown={(event) => press(stop, event)}
      onFocus={({ currentTarget }) => reach(stop, currentTarget)}
    >
      <span className="sr-only">{label}</span>
      <span className="contents" aria-hidden>
        {children}
      </span>
    </button>
  );
}
