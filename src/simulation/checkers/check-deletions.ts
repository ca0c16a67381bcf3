// A workflow that is deleted: once that is answered no run of it comes to be; and no version goes that nobody had seen.

import type { Broken, History } from "../history.ts";
import { runLogs } from "./run-log.ts";

export function checkDeletions(history: History): readonly Broken[] {
  const deleted = new Map<string, number>();
  for (const { tenant, workflow, heardOrder } of history.steered.deletions)
    if (heardOrder !== null) deleted.set(`${tenant}/${workflow}`, heardOrder);
  return [...checkSeen(history), ...checkStarts(history, deleted)];
}

/** Whichever came first, the version that was put is there: the deletion was refused, or it is taken back. */
function checkSeen({ steered, stored }: History): readonly Broken[] {
  return steered.seenDeletions.flatMap(({ tenant, workflow, isNextPut }) => {
    const isGone = stored.deleted.some((one) => one.tenant === tenant && one.name === workflow);
    if (!isNextPut || !isGone) return [];
    return [{ promise: "no version is deleted that nobody had seen", run: null, what: workflow }];
  });
}

function checkStarts(history: History, deleted: ReadonlyMap<string, number>): readonly Broken[] {
  return runLogs(history).flatMap(({ run, events }): readonly Broken[] => {
    const [created] = events;
    const since = deleted.get(`${run.tenant}/${created?.data["workflow"]}`);
    if (since === undefined || created === undefined || created.order < since) return [];
    return [{ promise: "nothing starts by a workflow that is deleted", run: run.run, what: created.type }];
  });
}
