// Marks on the axis of a timeline: round lengths of time since its beginning, not too close to each other.

import type { TimeScale } from "./time-scale.ts";

export interface Tick {
  /** Milliseconds since the beginning. */
  readonly ms: number;
  /** Share of the width, 0 to 1. */
  readonly place: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[second, 2 * second, 5 * second, 10 * second, 15 * second, 30 * second],
  ...[minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute],
  ...[hour, 2 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 30 * day, 100 * day],
];
const apartLeast = 0.11;
const marksMax = 400;

/** Never two closer than a tenth of the width; the first is at 0. */
export function timeTicks(scale: TimeScale): readonly Tick[] {
  const foldedMs = scale.folds.reduce((sum, fold) => sum + fold.to - fold.from, 0);
  const open = Math.max(1, scale.to - scale.from - foldedMs);
  const step = steps.find((one) => open / one <= 8) ?? (steps.at(-1) as number);
  const ticks: Tick[] = [{ ms: 0, place: 0 }];
  const add = (ms: number) => {
    const place = scale.at(scale.from + ms);
    if (place - (ticks.at(-1)?.place ?? 0) >= apartLeast && place <= 0.94) ticks.push({ ms, place });
  };
  let reached = 0;
  for (const end of [...scale.folds.map(({ from }) => from), scale.to]) {
    const last = end - scale.from;
    for (let ms = Math.ceil(reached / step) * step, marks = 0; ms <= last && marks < marksMax; ms += step) {
      add(ms);
      marks++;
    }
    const fold = scale.folds.find(({ from }) => from === end);
    if (fold !== undefined) reached = fold.to - scale.from;
  }
  return ticks;
}
