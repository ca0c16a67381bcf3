// What the clocks of the zones that are drawn show: known by heart, not asked of what the engine asks.

const hourMs = 3_600_000;

interface OffsetSpan {
  readonly from: number;
  readonly offsetMs: number;
}

const newYork: readonly OffsetSpan[] = [
  { from: Number.NEGATIVE_INFINITY, offsetMs: -5 * hourMs },
  { from: Date.UTC(2023, 2, 12, 7), offsetMs: -4 * hourMs },
  { from: Date.UTC(2023, 10, 5, 6), offsetMs: -5 * hourMs },
  { from: Date.UTC(2024, 2, 10, 7), offsetMs: -4 * hourMs },
];

/** What holds at `at`, and the offset before it. */
export function offsetsAt(timezone: string, at: number): OffsetSpan & { readonly beforeMs: number } {
  const spans = spansOf(timezone);
  const index = spans.findLastIndex(({ from }) => from <= at);
  const span = spans[index] as OffsetSpan;
  return { ...span, beforeMs: spans[index - 1]?.offsetMs ?? span.offsetMs };
}

function spansOf(timezone: string): readonly OffsetSpan[] {
  if (timezone === "America/New_York") return newYork;
  return [{ from: Number.NEGATIVE_INFINITY, offsetMs: timezone === "Asia/Kolkata" ? 5.5 * hourMs : 0 }];
}

export function wallHour(timezone: string, at: number): number {
  return new Date(at + offsetsAt(timezone, at).offsetMs).getUTCHours();
}
