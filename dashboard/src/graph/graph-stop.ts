// What the arrow keys stop at in a graph: steps, items of an opened step, and the way to the other items; pure.

import type { Layout, PlacedStep } from "./lay-out-steps.ts";

export interface GraphStop {
  readonly step: string;
  /** An item's number from 0, `more` for the way to the others; null for the step itself. */
  readonly part: number | "more" | null;
}

/** Parts of the steps that are opened, from above to below. */
export type OpenedParts = ReadonlyMap<string, readonly (number | "more")[]>;

export type Direction = "up" | "down" | "left" | "right" | "first" | "last";

const directions: ReadonlyMap<string, Direction> = new Map([
  ["ArrowUp", "up"],
  ["ArrowDown", "down"],
  ["ArrowLeft", "left"],
  ["ArrowRight", "right"],
  ["Home", "first"],
  ["End", "last"],
]);

/** @param key as `KeyboardEvent` tells it */
export function directionOf(key: string): Direction | null {
  return directions.get(key) ?? null;
}

/** The same for equal stops, and for no others. */
export function stopKey({ step, part }: GraphStop): string {
  return part === null ? step : `${step}[${part}]`;
}

function partsOf({ step }: GraphStop, opened: OpenedParts): readonly GraphStop["part"][] {
  return [null, ...(opened.get(step) ?? [])];
}

function nearest(to: PlacedStep, among: readonly PlacedStep[]): PlacedStep | null {
  return among.reduce<PlacedStep | null>(
    (best, one) => (best === null || Math.abs(one.x - to.x) < Math.abs(best.x - to.x) ? one : best),
    null,
  );
}

/**
 * Up and down go along the lines, through the parts of an opened step; left and right go to the neighbour in the row. Null
 * where there is nothing that way.
 */
export function nextStop(
  { steps, lines }: Layout,
  opened: OpenedParts,
  at: GraphStop,
  direction: Direction,
): GraphStop | null {
  const own = steps.find(({ id }) => id === at.step);
  if (own === undefined) return null;
  const parts = partsOf(at, opened);
  const index = parts.indexOf(at.part);
  const stop = (to: PlacedStep | null | undefined) => (to == null ? null : { step: to.id, part: null });
  const ofIds = (ids: readonly string[]) => steps.filter(({ id }) => ids.includes(id));
  switch (direction) {
    case "first":
      return stop(steps[0]);
    case "last":
      return stop(steps.at(-1));
    case "down": {
      const part = parts[index + 1];
      if (part !== undefined) return { step: at.step, part };
      const after = lines.flatMap(({ from, to }) => (from === own.id ? to : []));
      return stop(nearest(own, ofIds(after)));
    }
    case "up": {
      const part = parts[index - 1];
      if (part !== undefined) return { step: at.step, part };
      const before = stop(nearest(own, ofIds(lines.flatMap(({ from, to }) => (to === own.id ? from : [])))));
      return before === null ? null : { ...before, part: partsOf(before, opened).at(-1) ?? null };
    }
    case "left":
      return stop(
        nearest(
          own,
          steps.filter(({ x, y }) => y === own.y && x < own.x),
        ),
      );
    case "right":
      return stop(
        nearest(
          own,
          steps.filter(({ x, y }) => y === own.y && x > own.x),
        ),
      );
  }
}
