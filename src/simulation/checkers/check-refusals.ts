// What was asked of one run is refused only for its reason, as the run's log has it.

import type { Broken, DurableRun, History } from "../history.ts";
import type { RunSteered } from "../steered-seen.ts";
import { terminalTypes } from "./run-log.ts";

export function checkRefusals(history: History): readonly Broken[] {
  const runs = new Map(history.runs.map((run) => [run.run, run]));
  return history.steered.runs.flatMap((asked): readonly Broken[] => {
    const run = runs.get(asked.run);
    if (run === undefined || asked.code === null || isReason(run, asked, asked.code, history)) return [];
    const promise = "what is asked of a run is refused only for its reason";
    return [{ promise, run: run.run, what: `${asked.action}: ${asked.code}` }];
  });
}

function isReason(run: DurableRun, asked: RunSteered, code: string, history: History): boolean {
  const { action, beganOrder, heardOrder } = asked;
  if (code === "run_not_found") return isForgotten(history, run.run, heardOrder);
  if (isDamage(code)) return history.damaged.has(run.run);
  if (code === "run_ended") return action !== "compensate" && hasEnded(run, heardOrder);
  if (action !== "compensate") return false;
  if (code === "run_not_ended") return !hasEnded(run, beganOrder);
  // Which run holds what, `checkTakenOver` judges.
  if (code === "outcome_in_use") return isGoneFrom(history, run.run, heardOrder);
  return code === "nothing_to_compensate" && !wasPartial(run, beganOrder, heardOrder);
}

/** By then. */
export function isForgotten({ forgotten }: History, run: string, order: number): boolean {
  return (forgotten.runs.get(run)?.order ?? order) < order;
}

/** Said of a run whose log cannot be read: of the damage itself to whoever has it read first. */
export function isDamage(code: string | null): boolean {
  return code === "run_quarantined" || code === "sealed_data_damaged";
}

/** Another run had gone again from it, or from one that had. */
function isGoneFrom({ runs }: History, run: string, order: number): boolean {
  const from = new Set([run]);
  for (const { run: other, events } of runs.toSorted((a, b) => bornAt(a) - bornAt(b))) {
    if (bornAt({ events }) <= order && from.has(String(events[0]?.data["rerunOf"]))) from.add(other);
  }
  return from.size > 1;
}

function bornAt({ events }: Pick<DurableRun, "events">): number {
  return events[0]?.order ?? 0;
}

/** It had ended by then. */
export function hasEnded({ events }: DurableRun, order: number): boolean {
  return events.some((event) => terminalTypes.has(event.type) && event.order <= order);
}

/** From `from` to `to` it was said, without a break, that it is undone in part. */
function wasPartial({ events }: DurableRun, from: number, to: number): boolean {
  const said = events.filter(({ data, order }) => "compensation" in data && order <= to);
  const before = said.findLast(({ order }) => order <= from);
  const since = said.filter(({ order }) => order > from);
  return before !== undefined && [before, ...since].every(({ data }) => data["compensation"] === "partial");
}
