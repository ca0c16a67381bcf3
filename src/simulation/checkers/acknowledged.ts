// Promise 1: nothing that a caller was told is lost, and what a caller was told is what stands in the log.

import type { Answer, Broken, History } from "../history.ts";
import type { RunCase } from "./run-case.ts";
import { sameJson } from "./same-json.ts";

export function checkAcknowledged(history: History, cases: readonly RunCase[]): readonly Broken[] {
  const byRun = new Map(cases.map((run) => [run.run.run, run]));
  const broken: Broken[] = [];
  for (const answer of history.answers) {
    const wrong = judge(answer, byRun);
    if (wrong !== null)
      broken.push({ promise: "acknowledged", run: "run" in answer ? answer.run : null, what: wrong });
  }
  return [...broken, ...checkKeys(history, cases)];
}

function judge(answer: Answer, byRun: ReadonlyMap<string, RunCase>): string | null {
  if (answer.type !== "started" && answer.type !== "end" && answer.type !== "cancelled") return null;
  const run = byRun.get(answer.run);
  if (run === undefined) return `a caller was told of a run (${answer.type}) that is not in the store`;
  switch (answer.type) {
    case "started": {
      if (run.body.order !== answer.order)
        return `the run is of order ${run.body.order}, not ${answer.order}`;
      if (run.run.tenant !== answer.tenant) return "the run belongs to another tenant";
      return toldBefore(answer.heardOrder, run.run.events[0]?.order, "the start");
    }
    case "cancelled": {
      const asked = run.run.events.find((event) => event.type === "run.cancel_requested");
      if (asked === undefined) return "a cancel was acknowledged and is not in the log";
      if (!answer.compensate && !run.run.events.some((event) => event.data["compensate"] === false)) {
        return "a cancel without compensation was acknowledged and is not in the log";
      }
      return toldBefore(answer.heardOrder, asked.order, "the cancel");
    }
    case "end":
      return judgeEnd(answer, run);
  }
}

function judgeEnd(answer: Answer & { readonly type: "end" }, run: RunCase): string | null {
  const { end } = run;
  if (end === null) return `a caller was told that the run ended (${answer.status}); the log has no end`;
  if (end.type !== `run.${answer.status}`)
    return `a caller was told ${answer.status}, the log says ${end.type}`;
  const output = end.type === "run.completed" ? end.data["output"] : null;
  if (!sameJson(output, answer.output)) return "a caller was told another output than the log has";
  const compensation = end.type === "run.completed" ? null : end.data["compensation"];
  if (answer.compensation !== compensation) return `a caller was told compensation ${answer.compensation}`;
  return toldBefore(answer.heardOrder, end.order, "the end");
}

function toldBefore(heardOrder: number, durableOrder: number | undefined, what: string): string | null {
  if (durableOrder !== undefined && heardOrder > durableOrder) return null;
  return `a caller was told of ${what} before it was durable`;
}

/** A start with an idempotency key gives one run, however often it is repeated; one without gives at most one a try. */
function checkKeys(history: History, cases: readonly RunCase[]): readonly Broken[] {
  const runsOfOrder = new Map<string, string[]>();
  for (const run of cases) {
    const runs = runsOfOrder.get(run.body.order) ?? [];
    runsOfOrder.set(run.body.order, [...runs, run.run.run]);
  }
  const broken: Broken[] = [];
  for (const [order, runs] of runsOfOrder) {
    if (runs.length > 1) {
      broken.push({
        promise: "acknowledged",
        run: runs[0] ?? null,
        what: `order ${order} has ${runs.length} runs: ${runs}`,
      });
    }
  }
  for (const answer of history.answers) {
    if (answer.type === "started" && !(runsOfOrder.get(answer.order) ?? []).includes(answer.run)) {
      broken.push({
        promise: "acknowledged",
        run: answer.run,
        what: `order ${answer.order} was told another run`,
      });
    }
  }
  return broken;
}
