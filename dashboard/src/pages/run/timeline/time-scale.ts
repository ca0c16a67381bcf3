// Where a moment stands in a timeline: in proportion, but for long stretches of idle time, which are folded.

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Fold extends Span {
  /** Shares of the width, 0 to 1. */
  readonly left: number;
  readonly right: number;
}

export interface TimeScale extends Span {
  /** Share of the width, 0 to 1; moments outside are at its ends. */
  at(moment: number): number;
  readonly folds: readonly Fold[];
}

/** Idle time is folded only when it is more than this share of the span. */
const foldedFrom = 0.8;
/** How wide a folded stretch is, and all of them together at most. */
const foldWidth = 0.06;
const foldsWidthMax = 0.4;

/** @param busy when something was under way that is no mere waiting; in any order, overlapping or not */
export function timeScale({ from, to }: Span, busy: readonly Span[]): TimeScale {
  const span = Math.max(1, to - from);
  const idle = gapsOf({ from, to: from + span }, busy);
  const idleMs = idle.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const folded = idleMs > foldedFrom * span ? longOf(idle, span - idleMs, span) : [];
  return scaleOf({ from, to: from + span }, folded);
}

/** Stretches of the span in which nothing is under way. */
function gapsOf({ from, to }: Span, busy: readonly Span[]): readonly Span[] {
  const gaps: Span[] = [];
  let reached = from;
  for (const one of [...busy].sort((a, b) => a.from - b.from)) {
    if (one.from > reached) gaps.push({ from: reached, to: Math.min(one.from, to) });
    reached = Math.max(reached, one.to);
    if (reached >= to) return gaps;
  }
  return [...gaps, { from: reached, to }];
}

/** Those that would be wider than a fold is; the longest where there are many. */
function longOf(gaps: readonly Span[], busyMs: number, span: number): readonly Span[] {
  const least = Math.max(busyMs * foldWidth, span / 1_000);
  return gaps
    .filter((gap) => gap.to - gap.from > least)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, Math.floor(foldsWidthMax / foldWidth))
    .sort((a, b) => a.from - b.from);
}

function scaleOf({ from, to }: Span, folded: readonly Span[]): TimeScale {
  const open = to - from - folded.reduce((sum, fold) => sum + fold.to - fold.from, 0);
  // Where nothing but folds is left, they share the whole.
  const width = open <= 0 ? 1 / Math.max(1, folded.length) : foldWidth;
  const share = open <= 0 ? 0 : (1 - folded.length * width) / open;
  const folds: Fold[] = [];
  let place = 0;
  let reached = from;
  for (const fold of folded) {
    place += (fold.from - reached) * share;
    folds.push({ ...fold, left: place, right: place + width });
    place += width;
    reached = fold.to;
  }
  return { from, to, folds, at: (moment) => placeOf(moment, { from, to }, folds, share) };
}

function placeOf(moment: number, { from, to }: Span, folds: readonly Fold[], share: number): number {
  if (moment <= from) return 0;
  if (moment >= to) return 1;
  let place = 0;
  let reached = from;
  for (const fold of folds) {
    if (moment < fold.from) break;
    if (moment < fold.to) {
      const part = (moment - fold.from) / (fold.to - fold.from);
      return fold.left + part * (fold.right - fold.left);
    }
    place = fold.right;
    reached = fold.to;
  }
  return Math.min(1, place + (moment - reached) * share);
}
