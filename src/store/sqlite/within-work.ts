// How much one write does at most: what is to be removed, or written anew, is cut by its bytes, not by its rows alone.

/** In batches of events, about, so that no lease ends meanwhile: some tenths of a second. */
export const workMax = 20_000;
/** Of a page that goes, or is written anew: it is read, overwritten, and written once more when the log is emptied. */
const pageWork = 10;
const pageBytes = 8_192;
/** Of a row with its places in indexes. */
const someRowWork = 5;

interface Sized {
  /** What is sealed of it. */
  readonly bytes: number;
}

export interface Done {
  readonly rows: number;
  readonly work: number;
}

/** Does it with one row after the other, with one at least, until that took as much as is `left`, in batches. */
export function doWithin<Row extends Sized>(
  rows: readonly Row[],
  { left, rowWork }: { readonly left: number; readonly rowWork: number },
  act: (row: Row) => void,
): Done {
  let [done, work] = [0, 0];
  for (const row of rows) {
    if (done > 0 && work >= left) break;
    act(row);
    done++;
    work += workOf(rowWork, row.bytes);
  }
  return { rows: done, work };
}

/**
 * For who asks for at most `limit` rows, and again while he gets so many: does it with those of `rows` that go with one write,
 * and gives `limit` when some are left.
 */
export function doSome<Row extends Sized>(
  rows: readonly Row[],
  limit: number,
  act: (row: Row) => void,
): number {
  const done = doWithin(rows, { left: workMax / 2, rowWork: someRowWork }, act);
  return done.rows < rows.length ? limit : done.rows;
}

export function workOf(rowWork: number, bytes: number): number {
  return rowWork + Math.floor(bytes / pageBytes) * pageWork;
}
