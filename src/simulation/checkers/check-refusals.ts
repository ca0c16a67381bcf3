// What was asked of one run is refused only for its reason, as the run's log has it.

import type { Broken, DurableRun, History } from "../history.ts";
import type { RunSteered } from "../steered-seen.ts";
import { terminalTypes } from "./run-log.ts";

export function checkRefusals(history: History): readonly Broken[] {
  const runs = new Map(history.runs.map((run) => [run.run, run]));
  return history.steered.runs.flatMap((asked): readonly Broken[] => {
    const run = runs.get(asked.run);
    if (run === undefined || asked.code === null || isReason(run, asked, asked.code)) return [];
    const promise = "what is asked of a run is refused only for its reason";
    return [{ promise, run: run.run, what: `${asked.action}: ${asked.code}` }];
  });
}

function isReason(run: DurableRun, { action, beganOrder, heardOrder }: RunSteered, code: string): boolean {
  if (code === "run_ended") return action !== "compensate" && hasEnded(run, heardOrder);
  if (action !== "compensate") return false;
  if (code === "run_not_ended") return !hasEnded(run, beganOrder);
  return code === "nothing_to_compensate" && !wasPartial(run, beganOrder, heardOrder);
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
