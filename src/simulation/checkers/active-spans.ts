// When a run is active: what the engine needs for it must be open for so long.

import type { DurableEvent } from "../history.ts";
import { type RunLog, terminalTypes } from "./run-log.ts";

/** By the world's clock; infinite for one that goes on. */
export interface Need {
  readonly from: number;
  readonly to: number;
}

/** From its birth to its end, and while it is undone again after that. */
export function activeSpans({ events }: RunLog): readonly Need[] {
  const ended = events.find(({ type }) => terminalTypes.has(type));
  const spans: Need[] = [
    { from: events[0]?.durableAt ?? 0, to: ended?.durableAt ?? Number.POSITIVE_INFINITY },
  ];
  for (const asked of events.filter(({ type }) => type === "compensation.requested")) {
    const undone = events.find(({ type, seq }) => type === "compensation.ended" && seq > asked.seq);
    spans.push({
      from: asked.durableAt,
      to: (undone as DurableEvent | undefined)?.durableAt ?? Number.POSITIVE_INFINITY,
    });
  }
  return spans;
}
