// Calls are given up when, and only when, nobody wants their answers any more.

import type { Broken, Call, DurableEvent, History } from "../history.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { isQuiet } from "./quiet.ts";
import { type RunLog, stepOf } from "./run-log.ts";
import { itemOf } from "./task-of.ts";

/** An engine hears of its append within a few milliseconds, and gives up at once. */
const soonMs = 40;
/** So long an engine waits for calls under way when it stops. */
const drainMs = 5_000;
/** A lease may be lost by what the disk did so long before, and a run be read again. */
const aftermathMs = 3_000;

export function checkGivenUp(history: History): readonly Broken[] {
  const calls = Map.groupBy(history.calls, ({ run }) => run);
  const wroteBy = new Map(history.writes.map(({ order, process }) => [order, process]));
  return judgeRuns(history, (log, say) => {
    const own = calls.get(log.run.run) ?? [];
    if (own.length === 0) return;
    checkUnwanted(history, log, { own, wroteBy }, say);
    if (!log.attended) checkStops(history, log, own, say);
  });
}

/** What was cancelled, as the losers of a race are, ends on the wire, too. */
function checkUnwanted(
  history: History,
  log: RunLog,
  { own, wroteBy }: { readonly own: readonly Call[]; readonly wroteBy: ReadonlyMap<number, number> },
  say: Say,
): void {
  for (const event of log.events) {
    if (event.type !== "step.cancelled" && event.type !== "item.cancelled") continue;
    const until = event.durableAt + soonMs;
    const process = wroteBy.get(event.order);
    const diedAt = process === undefined ? 0 : (history.lives[process]?.to ?? Number.POSITIVE_INFINITY);
    const late = own.find(
      (call) => call.process === process && isOf(log, call, event) && endedAt(call) > until,
    );
    if (late === undefined || diedAt <= until || !isQuiet(history, event.durableAt, until)) continue;
    say("a call that nobody wants any more is given up", `${late.key} goes on after ${event.type}`);
  }
}

function isOf(log: RunLog, call: Call, event: DurableEvent): boolean {
  const isSame = call.step === stepOf(log, event)?.id && call.item === itemOf(event);
  return isSame && !call.undo && call.sentOrder < event.order;
}

function endedAt({ ended }: Call): number {
  return ended?.worldAt ?? Number.POSITIVE_INFINITY;
}

/** Nothing but a decision of its run ends a call before the time is over that a stop waits. */
function checkStops(history: History, { run, events }: RunLog, own: readonly Call[], say: Say): void {
  const { stops, strikes, storeTroubles } = history;
  const place = `${run.tenant}/${run.run}`;
  const troubles = storeTroubles.filter(({ places }) => places === null || places.includes(place));
  for (const { process, at, worldAt, order } of stops) {
    for (const { key, step, sentOrder, process: by, ended } of own) {
      if (by !== process || sentOrder > order || ended === null || !ended.gaveUp) continue;
      if (ended.order < order || ended.at >= at + drainMs) continue;
      const from = worldAt - aftermathMs;
      if (strikes.some((one) => one > worldAt && one <= ended.worldAt)) continue;
      if (troubles.some((one) => one.at >= from && one.at <= ended.worldAt)) continue;
      const isDecided = events.some((event) => event.order > order && event.order < ended.order);
      if (!isDecided) say("a stop waits for calls under way", `${key} of ${step} was cut`);
    }
  }
}
