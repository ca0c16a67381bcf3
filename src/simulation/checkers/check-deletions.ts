// A workflow that is deleted: once that is answered no run of it comes to be, however it is asked for.

import type { Broken, History } from "../history.ts";
import { runLogs } from "./run-log.ts";

export function checkDeletions(history: History): readonly Broken[] {
  const deleted = new Map<string, number>();
  for (const { tenant, workflow, heardOrder } of history.steered.deletions)
    if (heardOrder !== null) deleted.set(`${tenant}/${workflow}`, heardOrder);
  return runLogs(history).flatMap(({ run, events }): readonly Broken[] => {
    const [created] = events;
    const since = deleted.get(`${run.tenant}/${created?.data["workflow"]}`);
    if (since === undefined || created === undefined || created.order < since) return [];
    return [{ promise: "nothing starts by a workflow that is deleted", run: run.run, what: created.type }];
  });
}
