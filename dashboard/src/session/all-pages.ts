// A list that is short by its nature, fetched whole, page after page.

const rowsMax = 2_000;

/** At most 2,000 rows: what may be longer is shown as it is scrolled. */
export async function allPages<Row>(
  fetchPage: (cursor: string | undefined) => Promise<{
    readonly rows: readonly Row[];
    readonly next: string | null;
  }>,
): Promise<readonly Row[]> {
  const all: Row[] = [];
  let cursor: string | undefined;
  do {
    const { rows, next } = await fetchPage(cursor);
    all.push(...rows);
    cursor = next ?? undefined;
  } while (cursor !== undefined && all.length < rowsMax);
  return all;
}
