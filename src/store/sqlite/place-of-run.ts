// Where a run stands in a list: newest first.

import type { RunFilter } from "../../ports/store.ts";

export interface Place {
  readonly createdAt: number;
  readonly no: number;
}

/** Beyond every row: where the first page begins. */
export const newest: Place = { createdAt: Number.MAX_SAFE_INTEGER, no: Number.MAX_SAFE_INTEGER };

/** Places before `before`, at least the newest `limit` of them, in any order; of a tenant by its number. */
export type PlacesOf = (tenant: number, filter: RunFilter, before: Place, limit: number) => readonly Place[];

/** The newest `limit`, each once. */
export function newestOf(places: readonly Place[], limit: number): readonly Place[] {
  const byNo = new Map(places.map((place) => [place.no, place]));
  return [...byNo.values()].sort((a, b) => b.createdAt - a.createdAt || b.no - a.no).slice(0, limit);
}
