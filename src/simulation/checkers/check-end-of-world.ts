// When faults are over everything that can progress has; nothing secret stands on the disk; no run was given up.

import type { Broken, History } from "../history.ts";
import { terminalTypes } from "./run-log.ts";

export function checkEndOfWorld(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  for (const run of history.runs) {
    if (run.events.some(({ type }) => terminalTypes.has(type))) continue;
    const last = run.events.at(-1)?.type ?? "nothing";
    broken.push({
      promise: "every run that can progress does",
      run: run.run,
      what: `it stands after ${last}`,
    });
  }
  for (const { value } of history.secretWrites) {
    if (
      value !== null &&
      (history.disk.includes(value) || history.disk.includes(JSON.stringify(value).slice(1, -1)))
    ) {
      broken.push({ promise: "no secret stands on the disk", run: null, what: value });
    }
  }
  if (history.quarantined > 0) {
    broken.push({
      promise: "no run breaks an invariant",
      run: null,
      what: `${history.quarantined} quarantined`,
    });
  }
  return broken;
}
