// The way of a line from the foot of one step to the head of another: down through each row that it passes, aside between rows.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of steps that stand side by side. */
export interface Row {
  readonly top: number;
  /** Of the highest of them. */
  readonly bottom: number;
}

interface Ends {
  readonly from: Point;
  /** Row of the step that it comes from. */
  readonly row: Row;
  readonly to: Point;
}

/** @param passed the rows between, each with the place that the line has there */
export function routeLine(
  { from, row, to }: Ends,
  passed: readonly (Row & { readonly x: number })[],
): readonly Point[] {
  const through = passed.flatMap(({ x, top, bottom }) => [
    { x, y: top },
    { x, y: bottom },
  ]);
  // Beside a step that is higher it goes straight down first.
  return [from, ...(row.bottom > from.y ? [{ x: from.x, y: row.bottom }] : []), ...through, to];
}

/** The `d` of an SVG path: straight down, and aside by curves that begin and end downwards. */
export function linePath(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${x} ${y}`;
      const middle = (before.y + y) / 2;
      return before.x === x ? `V${y}` : `C${before.x} ${middle} ${x} ${middle} ${x} ${y}`;
    })
    .join(" ");
}
