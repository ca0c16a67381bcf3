// The first of some rows: as many as fit into so many bytes.

interface Sealed {
  readonly sealed: Uint8Array;
}

/** The first row is given however large it is. What comes behind the last is not read. */
export function firstBytes<Row extends Sealed>(rows: Iterable<Row>, bytesMax: number): readonly Row[] {
  const first: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.sealed.length;
    if (first.length > 0 && bytes > bytesMax) break;
    first.push(row);
  }
  return first;
}
