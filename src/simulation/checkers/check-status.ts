// What lists and filters find a run by: its row says at every append what its log says; and its end names what caused it.

import type { Broken, DurableEvent, History, Written } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import { judgeRuns, type Say } from "./judge-runs.ts";
import { failureOf, type RunLog, terminalTypes } from "./run-log.ts";
import { RunSeen, type StepSeen, type TaskSeen } from "./run-seen.ts";

export function checkStatus(history: History): readonly Broken[] {
  const written = new Map<string, Map<number, Written>>();
  for (const one of history.writes) {
    const ofRun = written.get(one.run) ?? new Map<number, Written>();
    written.set(one.run, ofRun.set(one.lastSeq, one));
  }
  return judgeRuns(history, (log, say) => {
    checkRows(log, written.get(log.run.run) ?? new Map(), say);
    checkCause(log, say);
  });
}

/** Of what was written twice, because a crash took the first, the last stands. */
function checkRows(log: RunLog, written: ReadonlyMap<number, Written>, say: Say): void {
  const run = new RunSeen(log);
  let told: string | null = "queued";
  for (const event of log.events) {
    run.take(event);
    if (terminalTypes.has(event.type)) return;
    if (event.type === "run.started") told = null;
    if (event.type === "run.compensating") told = "compensating";
    const row = written.get(event.seq);
    if (row === undefined) continue;
    const wanted = told ?? statusOf(log, run, event);
    if (row.status !== wanted)
      say("a run is found by what it does", `${row.status} at ${event.seq} ${event.type}, not ${wanted}`);
  }
}

function statusOf({ model }: RunLog, run: RunSeen, { at }: DurableEvent): string {
  if (run.ending !== null) return "running";
  if (run.paused) return "paused";
  const open = model.steps.filter(({ id }) => run.step(id).status === "running");
  return open.length > 0 && open.every((step) => waits(step, run.step(step.id), at)) ? "waiting" : "running";
}

/** Nothing of it is on the wire: it waits for its time, for somebody, or for a run of its own. */
function waits(step: StepModel, seen: StepSeen, at: number): boolean {
  const { items } = seen;
  if (items === null) return taskWaits(step, seen, at);
  return [...items.open].every((item) => taskWaits(step, items.tasks.get(item) as TaskSeen, at));
}

function taskWaits({ kind }: StepModel, { accepted, notBefore }: TaskSeen, at: number): boolean {
  return kind !== "request" || accepted || notBefore > at;
}

/** The failure of a step that did not pass, in the same breath. */
function checkCause({ events }: RunLog, say: Say): void {
  const ending = events.find(({ type }) => type === "run.ending");
  const cause = ending?.data["cause"] as { readonly type: string; readonly step?: number } | undefined;
  if (ending === undefined || cause?.type !== "step") return;
  const failed = events.findLast(({ type, seq }) => type === "step.failed" && seq < ending.seq);
  const isIt = failed !== undefined && failed.data["step"] === cause.step && failed.data["passed"] === false;
  if (!isIt || failureOf(failed).code !== failureOf({ ...ending, data: ending.data["cause"] as never }).code)
    say("the end names the step that failed", `step ${cause.step}, and ${failed?.data["step"]} failed`);
}
