// A run is forgotten when its retention has passed, not before; a child goes with its root, and not without it.

import type { Broken, DurableRun, History } from "../history.ts";
import { rootOf, terminalTypes } from "./run-log.ts";

/** The longest rest between two looks, and what a look takes. */
const lateMaxMs = 75_000;

export function checkRetention(history: History): readonly Broken[] {
  const { retentionMs, runs: forgotten } = history.forgotten;
  const broken = history.runs.flatMap((one): readonly Broken[] => {
    const gone = forgotten.get(one.run);
    if (gone === undefined) return [];
    const say = (promise: string, what: string) => [{ promise, run: one.run, what }];
    const end = one.events.find(({ type }) => terminalTypes.has(type));
    if (end === undefined) return say("only what has ended is forgotten", "it had not");
    const early = end.at + (retentionMs ?? Number.POSITIVE_INFINITY) - gone.at;
    if (early > 0) return say("a run is kept for its retention", `${early} ms too early`);
    const root = rootOf(one);
    const rootGone = forgotten.get(root);
    const isRootThere = history.runs.some(({ run }) => run === root);
    if (isRootThere && (rootGone === undefined || rootGone.order > gone.order))
      return say("a child is kept as long as its root", `${root} was there`);
    return [];
  });
  return retentionMs === null ? broken : [...broken, ...checkGone(history, retentionMs)];
}

/** Once every run has ended none keeps another. */
function checkGone(history: History, retentionMs: number): readonly Broken[] {
  const isOver = ({ events }: DurableRun) => events.some(({ type }) => terminalTypes.has(type));
  const last = Math.max(0, ...history.runs.flatMap(({ events }) => events.map(({ durableAt }) => durableAt)));
  if (!history.runs.every(isOver)) return [];
  if (Math.max(last, history.faultsEndedAt) + retentionMs + lateMaxMs > history.endedAt) return [];
  return history.runs
    .filter(({ run, held }) => !held && !history.forgotten.runs.has(run))
    .map(({ run }) => ({ promise: "a run is forgotten in time", run, what: "it is there at the end" }));
}
