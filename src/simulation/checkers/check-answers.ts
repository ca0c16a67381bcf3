// What callers were told holds: what was acknowledged is there, ends are the durable ends, a key starts one run.

import type { Broken, DurableRun, History } from "../history.ts";
import { terminalTypes } from "./run-log.ts";

export function checkAnswers(history: History): readonly Broken[] {
  const broken: Broken[] = [];
  const runs = new Map(history.runs.map((run) => [run.run, run]));
  for (const answer of history.answers) {
    if (answer.type === "put" || answer.type === "refused") continue;
    const say = (promise: string, what: string) => broken.push({ promise, run: answer.run, what });
    const run = runs.get(answer.run);
    if (run === undefined) {
      say("what was acknowledged is never lost", `${answer.type}, and the run is not there`);
      continue;
    }
    if (answer.type === "started" && orderOf(run) !== answer.order) {
      say("a run belongs to its start", `${orderOf(run)} for ${answer.order}`);
    }
    if (answer.type === "cancelled" && !run.events.some(({ type }) => type === "run.cancel_requested")) {
      say("what was acknowledged is never lost", "the cancel is not in the log");
    }
    if (answer.type === "end") {
      const last = run.events.find(({ type }) => terminalTypes.has(type));
      const output = JSON.stringify(last?.data["output"] ?? null);
      const told = { status: `run.${answer.status}`, output: JSON.stringify(answer.output ?? null) };
      if (last?.type !== told.status || (answer.status === "completed" && output !== told.output)) {
        say("a caller is told the durable end", `${told.status}, and the log says ${last?.type}`);
      }
      if (answer.compensation !== (last?.data["compensation"] ?? null)) {
        say("a caller is told the durable end", `compensation ${answer.compensation}`);
      }
    }
  }
  return [...broken, ...checkStarts(history)];
}

/** Callers ask again only with a key: so no order may have two runs. */
function checkStarts(history: History): readonly Broken[] {
  const first = new Map<string, string>();
  return history.runs.flatMap((run) => {
    const order = `${run.tenant}/${orderOf(run)}`;
    const other = first.get(order);
    first.set(order, run.run);
    if (other === undefined) return [];
    return [
      { promise: "a start with a key makes one run", run: run.run, what: `${other} is of the same start` },
    ];
  });
}

function orderOf(run: DurableRun): string {
  const trigger = run.events[0]?.data["trigger"] as
    | { readonly body?: { readonly order?: string } }
    | undefined;
  return trigger?.body?.order ?? "";
}
