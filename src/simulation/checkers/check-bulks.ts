// Actions on many runs: each comes to its end or is aborted, deals with every run of its set, and with each once.

import type { BulkAsked } from "../bulks-seen.ts";
import type { Broken, History } from "../history.ts";
import { type RunLog, runLogs } from "./run-log.ts";

export function checkBulks(history: History): readonly Broken[] {
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const ended = history.bulks.flatMap((asked) => [...checkEnd(asked, logs), ...checkAborted(asked, logs)]);
  const twice = history.bulksAgain.flatMap(({ first, again }) =>
    first === again ? [] : [{ promise: "a bulk action is begun once by its key", run: null, what: again }],
  );
  return [...ended, ...twice, ...checkOnce(history, logs)];
}

function checkEnd(
  { id, tenant, named, ended, results, total }: BulkAsked,
  logs: ReadonlyMap<string, RunLog>,
): readonly Broken[] {
  const broken: Broken[] = [];
  const say = (promise: string, run: string | null, what: string) => broken.push({ promise, run, what });
  if (ended === false) say("a bulk action comes to its end", null, String(id));
  if (ended !== true || results.length === 0) return broken;
  if (results.length !== total) say("a bulk action tells of every run of its set", null, String(id));
  if (named !== null && (total !== named.length || results.some(({ run }) => !named.includes(run))))
    say("a bulk action takes the runs that are named, and no others", null, String(id));
  for (const { run, done, code, created } of results) {
    const owner = logs.get(run)?.run.tenant ?? tenant;
    if (done && code === null && owner !== tenant)
      say("a bulk action leaves other tenants' runs alone", run, String(id));
    if (!done) say("a bulk action that ended has dealt with every run", run, String(id));
    if (code !== null && created !== null) say("a run that was refused makes no other", run, code);
    if (created !== null && logs.get(created)?.events[0]?.data["rerunOf"] !== run)
      say("what a bulk action says that it made is there", run, created);
  }
  return broken;
}

/** Runs that an engine of the simulation begins to deal with before it looks whether they still are to be. */
const begunMax = 2;

/** Of those that it had begun some may still come; what it did stays. */
function checkAborted(
  { id, aborted, results }: BulkAsked,
  logs: ReadonlyMap<string, RunLog>,
): readonly Broken[] {
  if (aborted === undefined) return [];
  const { heardOrder, before } = aborted;
  const changed = before.flatMap(({ run, done, code, created }): readonly Broken[] => {
    const after = results.find((one) => one.run === run);
    const stays = !done || (after?.done === true && after.code === code && after.created === created);
    return stays ? [] : [{ promise: "what an aborted bulk action did stays", run, what: String(id) }];
  });
  const late = results.filter(({ created }) => (logs.get(created ?? "")?.events[0]?.order ?? 0) > heardOrder);
  if (late.length <= begunMax) return changed;
  const promise = "a bulk action that is aborted begins nothing more";
  return [...changed, { promise, run: late[0]?.run ?? null, what: `${late.length} of ${results.length}` }];
}

/** More runs going again from one than whoever asked can have made: something was done twice. */
function checkOnce({ reruns, bulks }: History, logs: ReadonlyMap<string, RunLog>): readonly Broken[] {
  const again = new Map<string, number>();
  for (const { events } of logs.values()) {
    const of = events[0]?.data["rerunOf"];
    if (typeof of === "string") again.set(of, (again.get(of) ?? 0) + 1);
  }
  return [...again].flatMap(([of, count]) => {
    const tenant = logs.get(of)?.run.tenant;
    const direct = reruns.filter((one) => one.of === of && one.code === null).length;
    const byBulk = bulks.filter(
      (one) => one.tenant === tenant && one.action === "rerun" && mayHaveMade(one, of),
    ).length;
    const what = `${count}, asked for ${direct + byBulk} times`;
    return count > direct + byBulk ? [{ promise: "what is asked for once is done once", run: of, what }] : [];
  });
}

function mayHaveMade({ id, ended, results, total, aborted }: BulkAsked, of: string): boolean {
  if (id === null || (ended !== true && aborted === undefined) || results.length < total) return true;
  // One that was under way when its action was aborted may not have been noted.
  if (results.some(({ run, done }) => run === of && !done)) return true;
  return results.some(({ run, created }) => run === of && created !== null);
}
