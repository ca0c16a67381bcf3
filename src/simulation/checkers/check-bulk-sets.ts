// Actions on many runs: the set is what fits their filter, and what is told of each run is what happened to it.

import type { BulkAsked } from "../bulks-seen.ts";
import type { Broken, DurableRun, History } from "../history.ts";
import { hasEnded, isDamage, isForgotten } from "./check-refusals.ts";
import type { Say } from "./judge-runs.ts";
import { type RunLog, runLogs, terminalTypes } from "./run-log.ts";

type Logs = ReadonlyMap<string, RunLog>;
type Told = BulkAsked["results"][number];

/** What may have been so by the time at which it was told. */
interface Until {
  readonly toldOrder: number;
  /** Somebody had asked for the deletion of its workflow. */
  readonly isDeleted: (log: RunLog) => boolean;
  readonly isForgotten: (log: RunLog) => boolean;
  readonly isDamaged: (log: RunLog) => boolean;
  /** Two nodes hold runs: it may have been tried for a while in vain. */
  readonly isElsewhere: boolean;
  /** Itself, and the runs with which it may share outcomes: while one of them goes on it may have to wait. */
  readonly family: (log: RunLog) => readonly RunLog[];
}

export function checkBulkSets(history: History): readonly Broken[] {
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  return history.bulks.flatMap((asked) => {
    const { id, ended, aborted, results, total, toldOrder } = asked;
    const broken: Broken[] = [];
    const say = (promise: string, run: string, what: string) => broken.push({ promise, run, what });
    const isWhole = (ended === true || aborted !== undefined) && results.length === total;
    const isThere = ({ run }: RunLog) => !isForgotten(history, run.run, asked.begunOrder);
    if (id !== null && isWhole && asked.filter !== null) checkSet(asked, logs, isThere, say);
    if (ended !== true || toldOrder === undefined) return broken;
    const isDeleted = ({ run, model }: RunLog) =>
      history.steered.deletions.some(
        ({ tenant, workflow, beganOrder }) =>
          tenant === run.tenant && workflow === model.name && beganOrder < toldOrder,
      );
    const family = (log: RunLog) =>
      [...logs.values()].filter((one) => originOf(logs, one) === originOf(logs, log));
    const until: Until = {
      toldOrder,
      isDeleted,
      isForgotten: ({ run }) => isForgotten(history, run.run, toldOrder),
      isDamaged: ({ run }) => history.damaged.has(run.run),
      isElsewhere: !history.exclusive,
      family,
    };
    for (const told of results) {
      const sayOf: Say = (promise, what) => say(promise, told.run, `${asked.action} ${id}: ${what}`);
      if (told.done) checkTold(asked, told, until, logs, sayOf);
    }
    return broken;
  });
}

/** What fits all the while is in it, and nothing that never did. */
function checkSet(
  asked: BulkAsked,
  logs: Logs,
  isThere: (log: RunLog) => boolean,
  say: (promise: string, run: string, what: string) => void,
): void {
  const taken = new Set(asked.results.map(({ run }) => run));
  for (const log of logs.values()) {
    const { run } = log.run;
    const fits = fitting(asked, log);
    if (fits === "always" && !taken.has(run) && isThere(log))
      say("a bulk action takes what fits its filter", run, "it is left out");
    if (fits === "never" && taken.has(run))
      say("a bulk action takes only what fits its filter", run, "it is taken");
  }
}

/** Between its beginning and the answer. */
function fitting(
  { tenant, filter, beganOrder, begunOrder }: BulkAsked,
  { run, model, input, events }: RunLog,
): "always" | "at times" | "never" {
  if (filter === null || run.tenant !== tenant) return "never";
  const { workflow, order, statuses } = filter;
  if ((workflow !== null && model.name !== workflow) || (order !== null && input["order"] !== order))
    return "never";
  const seen = events.filter((event) => event.order <= begunOrder);
  const before = seen.filter((event) => event.order <= beganOrder).length;
  const stood = seen.flatMap((_, index) => (index + 1 < before ? [] : [statusAfter(run, index)]));
  const fit = stood.filter((status) => statuses === null || (status !== null && statuses.includes(status)));
  if (fit.length === 0) return "never";
  return before > 0 && fit.length === stood.length ? "always" : "at times";
}

/** Of a run that has ended, by then; null for one that goes on. */
function statusAfter({ events }: DurableRun, index: number): string | null {
  const end = events.findLast(({ type }, place) => place <= index && terminalTypes.has(type));
  return end?.type.slice("run.".length) ?? null;
}

function checkTold(asked: BulkAsked, { run, code, created }: Told, until: Until, logs: Logs, say: Say): void {
  const { tenant, action, begunOrder } = asked;
  const log = logs.get(run);
  const promise = "what a bulk action says of a run is so";
  if (log === undefined) return;
  if (log.run.tenant !== tenant) {
    if (code !== null && code !== "run_not_found") say(promise, `${code}, and it is another tenant's`);
    return;
  }
  if (code !== null) {
    if (!isReason(asked, code, log, until)) say(promise, `it is refused with ${code}`);
  } else if (action === "rerun") {
    if (created === null) say(promise, "it went again, and no run is named");
  } else if (!isDone(action, log.run, begunOrder, until.toldOrder))
    say(promise, "it is done, and the log knows nothing");
}

function isReason({ action, begunOrder }: BulkAsked, code: string, log: RunLog, until: Until): boolean {
  if (code === "run_not_found") return until.isForgotten(log);
  if (isDamage(code)) return until.isDamaged(log);
  if (code === "run_elsewhere") return until.isElsewhere;
  if (action !== "rerun") return code === "run_ended" && hasEnded(log.run, until.toldOrder);
  if (code === "workflow_deleted") return until.isDeleted(log);
  const goesOn = (one: RunLog) => !isOverThrough(one, begunOrder, until.toldOrder);
  return code === "run_not_ended" && until.family(log).some(goesOn);
}

/** The run from which it, or the one before it, first went again. */
function originOf(logs: Logs, log: RunLog): RunLog {
  const before = logs.get(String(log.events[0]?.data["rerunOf"]));
  return before === undefined ? log : originOf(logs, before);
}

/** It had ended, and was not undone again meanwhile. */
function isOverThrough({ run, events }: RunLog, from: number, to: number): boolean {
  const said = events.filter(({ type }) => /^compensation\.(?:requested|ended)$/.test(type));
  const before = said.findLast(({ order }) => order <= from);
  const since = said.some(({ type, order }) => type.endsWith("requested") && order > from && order <= to);
  return hasEnded(run, from) && !since && before?.type !== "compensation.requested";
}

const doneBy: Readonly<Record<string, string>> = {
  cancel: "run.cancel_requested",
  pause: "run.paused",
};

function isDone(action: string, { events }: DurableRun, begun: number, told: number): boolean {
  const type = doneBy[action];
  if (type !== undefined) return events.some((event) => event.type === type && event.order <= told);
  // One that stands paused goes on.
  const holds = events.filter(({ type }) => type === "run.paused" || type === "run.resumed");
  const before = holds.findLast(({ order }) => order <= begun);
  return before?.type !== "run.paused" || holds.some(({ order }) => order > begun && order <= told);
}
