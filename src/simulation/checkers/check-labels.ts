// Labels: a run is found by the very text of its label, and by no other that looks like it.

import type { Broken, History } from "../history.ts";
import type { RunsFound } from "../labels-seen.ts";
import { type RunLog, runLogs } from "./run-log.ts";

const promise = "a run is found by its label";

export function checkLabels(history: History): readonly Broken[] {
  const logs = runLogs(history);
  return history.answers.flatMap((answer) =>
    answer.type === "found" ? checkFound(history, answer, logs) : [],
  );
}

function checkFound(
  { forgotten }: History,
  { tenant, cut, runs, whole, beganOrder, heardOrder }: RunsFound,
  logs: readonly RunLog[],
): readonly Broken[] {
  const found = new Map(runs.map((one) => [one.run, one.cut]));
  const broken: Broken[] = [];
  const say = (run: string, what: string) =>
    broken.push({ promise, run, what: `${JSON.stringify(cut)}: ${what}` });
  for (const { run: stored, events, input } of logs) {
    const { run } = stored;
    const order = events[0]?.order ?? Number.MAX_SAFE_INTEGER;
    const isWanted = stored.tenant === tenant && input["cut"] === cut;
    const told = found.get(run);
    if (told === undefined) {
      const isGone = (forgotten.runs.get(run)?.order ?? heardOrder) < heardOrder;
      if (isWanted && whole && order < beganOrder && !isGone) say(run, "it is not found");
    } else if (!isWanted || told !== cut || order > heardOrder) say(run, `as ${JSON.stringify(told)}`);
    found.delete(run);
  }
  for (const run of found.keys()) say(run, "there is no such run");
  return broken;
}
