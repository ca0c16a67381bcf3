// Opens rows that the engine's key may have been wrapped anew for since they were read.

import { DispatchedError } from "../value/problem.ts";

interface LiveRow {
  readonly live: Uint8Array | null;
}

/**
 * A row that was read shortly before its epoch was retired and its key given up is read again: it has been wrapped anew.
 * Errors: those of `open`.
 */
export async function openFresh<Row extends LiveRow, Opened>(
  row: Row,
  open: (row: Row) => Opened,
  readAgain: () => Promise<Row | null>,
): Promise<Opened> {
  try {
    return open(row);
  } catch (error) {
    if (row.live === null || !(error instanceof DispatchedError) || error.code !== "locked") throw error;
    const fresh = await readAgain();
    if (fresh === null) throw error;
    return open(fresh);
  }
}
