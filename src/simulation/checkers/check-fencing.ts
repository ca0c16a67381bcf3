// A writer that lost its lease cannot append.

import type { Broken, History } from "../history.ts";

export function checkFencing(history: History): readonly Broken[] {
  if (!history.exclusive) return [];
  return history.writes.flatMap(({ run, fence, order }): readonly Broken[] => {
    const later = history.leases.find((lease) => lease.fence > fence && lease.order < order);
    if (later === undefined) return [];
    const what = `lease ${fence} wrote after lease ${later.fence} was given`;
    return [{ promise: "a writer that lost its lease cannot append", run, what }];
  });
}
