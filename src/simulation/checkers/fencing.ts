// Promise 3: a writer that lost its lease, or a run, cannot append.

import type { Broken, History } from "../history.ts";

export function checkFencing(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const owners = new Map<string, number>();
  let highest = 0;
  for (const write of history.writes) {
    if (write.type === "lease") {
      highest = Math.max(highest, write.fence);
    } else if (write.type === "claim") {
      owners.set(write.run, write.fence);
    } else {
      const owner = owners.get(write.run) ?? 0;
      const stale = history.exclusive ? write.fence < highest : write.fence < owner;
      if (stale) {
        const what = `fence ${write.fence} appended after ${history.exclusive ? `lease ${highest} began` : `fence ${owner} took the run`}`;
        broken.push({ promise: "fencing", run: write.run, what });
      }
    }
  }
  return broken;
}
