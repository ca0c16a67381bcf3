// Going again: what is carried over and what is run again, and that nothing carried is done once more.

import type { Broken, Call, DurableEvent, History, RerunAsked } from "../history.ts";
import type { Say } from "./judge-runs.ts";
import { type RunLog, runLogs } from "./run-log.ts";
import { outcomesOf } from "./undo-order.ts";

export function checkReruns(history: History): readonly Broken[] {
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const broken: Broken[] = [...checkAnswers(history, logs)];
  const calls = new Map<string, Call[]>();
  for (const call of history.calls) calls.set(call.run, [...(calls.get(call.run) ?? []), call]);
  for (const log of logs.values()) {
    const of = log.events[0]?.data["rerunOf"];
    if (typeof of !== "string") continue;
    const say: Say = (promise, what) => broken.push({ promise, run: log.run.run, what });
    const asked = history.reruns.filter((one) => one.of === of);
    const mine = asked.find(({ created }) => created === log.run.run);
    const old = logs.get(of);
    if (old === undefined || asked.length === 0) say("no run goes again unasked", of);
    else checkCarried(log, old, mine ?? null, calls.get(log.run.run) ?? [], say);
  }
  return broken;
}

function checkAnswers(history: History, logs: ReadonlyMap<string, RunLog>): readonly Broken[] {
  return history.reruns.flatMap(({ of, from, created, code, heardOrder }): readonly Broken[] => {
    const say = (promise: string, what: string): readonly Broken[] => [{ promise, run: of, what }];
    if (from.includes("nonsense")) {
      const undoes = logs.get(of)?.events.some(({ type }) => type === "compensation.requested") === true;
      const right = code === null || code === "step_not_found" || (undoes && code === "run_not_ended");
      const refused = created === null && right;
      return refused ? [] : say("a step that is not there is refused", `${code}`);
    }
    if (created === null) return [];
    const born = logs.get(created)?.events[0];
    if (born === undefined) return say("what was acknowledged is never lost", `the rerun ${created}`);
    return born.order > heardOrder ? say("nothing is told before it is durable", `the rerun ${created}`) : [];
  });
}

function checkCarried(
  log: RunLog,
  old: RunLog,
  asked: RerunAsked | null,
  calls: readonly Call[],
  say: Say,
): void {
  const carried = new Map<number, DurableEvent>();
  for (const event of log.events)
    if (event.type === "step.carried") carried.set(Number(event.data["step"]), event);
  const ends = endsOf(old);
  const again = asked === null ? null : toRunAgain(log, ends, asked.from);
  log.model.steps.forEach(({ id }, number) => {
    const event = carried.get(number);
    if (again !== null && again.has(number) === (event !== undefined)) {
      say("passed outcomes are carried, others are run again", `${id} is ${event ? "carried" : "run again"}`);
    }
    if (event === undefined) return;
    const end = ends.get(number);
    const outcome = event.data["outcome"] as { readonly status: string; readonly result: unknown };
    if (
      end === undefined ||
      end.status !== outcome.status ||
      JSON.stringify(end.result) !== JSON.stringify(outcome.result)
    )
      say("what is carried is what was", `${id}: ${outcome.status}, it was ${end?.status}`);
    const begun = log.events.some(
      ({ type, data }) => data["step"] === number && /^(step|wait|child|sleep)\.started$/.test(type),
    );
    if (begun || calls.some((call) => call.step === id && !call.undo))
      say("what is carried is not done again", id);
  });
}

interface Ended {
  readonly status: string;
  readonly result: unknown;
  readonly carriable: boolean;
}

/** What each step that ended in the old run came to; one that was undone, or is to be, is not carried. */
function endsOf({ events }: RunLog): ReadonlyMap<number, Ended> {
  const ends = new Map<number, Ended>();
  for (const { type, data } of events) {
    const number = Number(data["step"]);
    const result = data["result"] ?? null;
    if (type === "step.succeeded") ends.set(number, { status: "succeeded", result, carriable: true });
    else if (type === "step.skipped") ends.set(number, { status: "skipped", result, carriable: true });
    else if (type === "step.failed")
      ends.set(number, { status: "failed", result, carriable: data["passed"] === true });
    else if (type === "step.carried") {
      const outcome = data["outcome"] as { readonly status: string; readonly result: unknown };
      ends.set(number, { ...outcome, carriable: true });
    } else if (type === "compensation.started" || type === "compensation.failed") {
      const end = ends.get(number);
      if (end !== undefined) ends.set(number, { ...end, carriable: false });
    }
  }
  return ends;
}

/** Those that were chosen, or cannot be carried, and everything behind them. */
function toRunAgain(
  { model }: RunLog,
  ends: ReadonlyMap<number, Ended>,
  from: readonly string[],
): ReadonlySet<number> {
  const again = new Set<number>();
  model.steps.forEach(({ id, after }, number) => {
    const chosen = from.includes(id) || ends.get(number)?.carriable !== true;
    const behind = after.some((parent) => again.has(model.steps.findIndex((one) => one.id === parent)));
    if (chosen || behind) again.add(number);
  });
  return again;
}

/**
 * Whose run begins the keys of a step: one that was carried over keeps its key for its compensation, and one whose outcome
 * was unknown is asked again with the key that it had.
 */
export function keyOwner(logs: ReadonlyMap<string, RunLog>, log: RunLog, step: string): string {
  const old = logs.get(String(log.events[0]?.data["rerunOf"]));
  if (old === undefined) return log.run.run;
  const number = log.model.steps.findIndex(({ id }) => id === step);
  const carried = log.events.some(({ type, data }) => type === "step.carried" && data["step"] === number);
  const unknown = outcomesOf(old).get(step)?.get(null)?.unknown === true;
  return carried || unknown ? keyOwner(logs, old, step) : log.run.run;
}
