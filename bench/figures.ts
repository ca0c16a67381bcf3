// Figures of several rounds: their middle, and how far they lie apart.

export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

/** The part of sorted `figures` below which `part` of them lie. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** `12.3 (11.9 to 13.0)` */
export function range(figures: readonly number[]): string {
  const digits = median(figures) < 10 ? 2 : median(figures) < 100 ? 1 : 0;
  const show = (figure: number) => figure.toFixed(digits);
  return `${show(median(figures))} (${show(Math.min(...figures))} to ${show(Math.max(...figures))})`;
}
