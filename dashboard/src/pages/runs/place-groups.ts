// Where groups of failures stand as they change: those that are shown stay, what is new waits.

interface Group {
  readonly fingerprint: string;
}

interface PlacedGroups<Of> {
  readonly shown: readonly Of[];
  /** How many wait to be shown. */
  readonly fresh: number;
}

/**
 * @param found as the engine lists them now, what failed last first
 * @param standing fingerprints in the order in which they stand; none at first
 */
export function placeGroups<Of extends Group>(
  found: readonly Of[],
  standing: readonly string[],
): PlacedGroups<Of> {
  const byPrint = new Map(found.map((group) => [group.fingerprint, group]));
  const stays = standing.flatMap((print) => byPrint.get(print) ?? []);
  if (stays.length === 0) return { shown: found, fresh: 0 };
  const known = new Set(standing);
  const last = found.findLastIndex(({ fingerprint }) => known.has(fingerprint));
  const fresh = found.slice(0, last).filter(({ fingerprint }) => !known.has(fingerprint));
  // What is behind all that stand comes of a further page, and moves nothing.
  return { shown: [...stays, ...found.slice(last + 1)], fresh: fresh.length };
}
