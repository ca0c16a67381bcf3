// Children: one a step or item, linked both ways, ended and undone with their parents.

import { type Broken, type DurableEvent, type History, modelKey } from "../history.ts";
import type { StepModel } from "../workload/model.ts";
import type { Say } from "./judge-runs.ts";
import { isOpen } from "./open-tenants.ts";
import { isQuiet } from "./quiet.ts";
import { checkChildInput } from "./request-of.ts";
import { failureOf, type RunLog, runLogs, stepOf, terminalTypes } from "./run-log.ts";
import { RunSeen } from "./run-seen.ts";
import { itemOf } from "./task-of.ts";

const depthMax = 8;
/** A child is told of its parent's end within this, where nothing strikes. */
const toldMs = 3_000;

interface Link {
  readonly run: string;
  readonly step: number;
  readonly item: number | null;
  readonly depth: number;
}

export function checkChildren(history: History): readonly Broken[] {
  const logs = new Map(runLogs(history).map((log) => [log.run.run, log]));
  const broken: Broken[] = [];
  const children = new Map<string, string>();
  for (const log of logs.values()) {
    const say: Say = (promise, what) => broken.push({ promise, run: log.run.run, what });
    const started = log.events.flatMap(({ type, data }) => (type === "child.started" ? [data["run"]] : []));
    if (new Set(started).size < started.length) say("a step starts one child", "two steps share one");
    const link = linkOf(log);
    if (link !== null) {
      const place = `${link.run}/${link.step}/${link.item ?? ""}`;
      const other = children.get(place);
      if (other !== undefined) say("a step starts one child", `${other} is of the same step`);
      children.set(place, log.run.run);
      checkBirth(log, link, logs.get(link.run), say);
    }
    for (const event of log.events) {
      const step = stepOf(log, event);
      if (step?.kind === "child") checkParent(history, { log, step, event, logs }, say);
    }
  }
  return broken;
}

function linkOf(log: RunLog): Link | null {
  return (log.events[0]?.data["parent"] as Link | undefined) ?? null;
}

/** Its child was told to end: it took too long, its race is won, or the run completes. */
function cancellingOf(log: RunLog, event: DurableEvent): DurableEvent | undefined {
  return log.events.find((other) => other.type === "child.cancelling" && isOfSame(other, event));
}

/** Of the same step or item. */
function isOfSame(one: DurableEvent, other: DurableEvent): boolean {
  return one.data["step"] === other.data["step"] && itemOf(one) === itemOf(other);
}

/** A service has said that the run is complete. */
function isCompleting({ events }: RunLog, { seq }: DurableEvent): boolean {
  return events.slice(0, seq).some(({ type, data }) => {
    if (type !== "directive.received" || data["allowed"] !== true) return false;
    return (data["directive"] as { readonly type: string }).type === "complete";
  });
}

/** The child of an item is told to end as well when its race is won, or when the step took too long. */
function isDroppedItem({ events }: RunLog, { strategy }: StepModel, event: DurableEvent): boolean {
  if (itemOf(event) === null || strategy === null) return false;
  return events.some((other) => {
    if (other.data["step"] !== event.data["step"] || other.order > event.order) return false;
    if (other.type === "item.succeeded") return strategy.type === "race" && other.seq < event.seq;
    return other.order === event.order && isTimeout(other);
  });
}

function isTimeout(event: DurableEvent): boolean {
  if (itemOf(event) !== null) return false;
  if (event.type === "child.cancelling") return event.data["failure"] !== null;
  return event.type === "step.failed" && failureOf(event).kind === "step_timeout";
}

/** What the child says of its parent is what the parent says of it. */
function checkBirth(log: RunLog, link: Link, parent: RunLog | undefined, say: Say): void {
  const started = parent?.events.find(
    (event) =>
      event.type === "child.started" &&
      event.data["run"] === log.run.run &&
      event.data["step"] === link.step &&
      itemOf(event) === link.item,
  );
  const created = log.events[0];
  if (parent === undefined || started === undefined || created === undefined) {
    say("a child has a parent that started it", link.run);
    return;
  }
  if (created.order < started.order) say("a child is announced before it is started", link.run);
  if (link.depth > depthMax) say("runs start each other so deep, and no deeper", String(link.depth));
  if (link.depth !== (linkOf(parent)?.depth ?? 0) + 1) say("a child knows its depth", String(link.depth));
  if (link.depth > depthMax) say("runs start each other only so deep", String(link.depth));
  if (created.data["traceId"] !== parent.events[0]?.data["traceId"])
    say("a child is of its parent's trace", link.run);
  if (JSON.stringify(log.input) !== JSON.stringify(started.data["body"]))
    say("a child's input is what its parent gave", JSON.stringify(log.input));
  const wanted = stepOf(parent, started)?.childVersion ?? null;
  if (wanted !== null && log.model.version !== wanted)
    say("a child is of the version that its parent named", `${log.model.version}, not ${wanted}`);
  if (log.model.name !== started.data["workflow"])
    say("a child is of the workflow that its parent named", log.model.name);
}

interface OfStep {
  readonly log: RunLog;
  readonly step: StepModel;
  readonly event: DurableEvent;
  readonly logs: ReadonlyMap<string, RunLog>;
}

function checkParent(history: History, { log, step, event, logs }: OfStep, say: Say): void {
  switch (event.type) {
    case "child.started":
      checkStarted(log, step, event, say);
      if (!isOwn(log, event, logs)) say("each step has a child of its own", step.id);
      if (!isCancelled(history, log, event, logs)) say("children are cancelled with their parent", step.id);
      return;
    case "child.cancelling":
      if (event.data["failure"] === null && !isCompleting(log, event) && !isDroppedItem(log, step, event))
        say("a child is dropped only when nobody wants it any more", step.id);
      return;
    case "child.ended":
      checkEnded(log, event, logs.get(String(event.data["run"])), say);
      return;
    case "step.cancelled":
    case "item.cancelled":
      checkCancelled(log, step, event, logs, say);
      return;
    case "step.failed":
      if (step.strategy === null) checkFailed(history, log, step, event, say);
      return;
    case "item.failed":
      checkFailed(history, log, step, event, say);
      return;
    case "step.succeeded":
    case "item.succeeded": {
      if (step.strategy !== null && itemOf(event) === null) return;
      const end = endOf(logs.get(String((event.data["result"] as { readonly run?: string }).run)));
      const { run } = event.data["result"] as { readonly run?: string };
      const started = log.events.find((other) => other.type === "child.started" && isOfSame(other, event));
      if (run !== started?.data["run"])
        say("each step has a child of its own", `${run} is not of ${step.id}`);
      const output = JSON.stringify((event.data["result"] as { readonly output?: unknown }).output);
      if (output !== JSON.stringify(end?.data["output"])) say("a child's output is its step's", output);
      return;
    }
    case "compensation.succeeded":
    case "compensation.failed":
      if (step.compensate === null && (step.strategy === null || itemOf(event) !== null))
        checkUndone(log, event, logs, say);
  }
}

function checkStarted(log: RunLog, step: StepModel, event: DurableEvent, say: Say): void {
  if (event.data["workflow"] !== step.child)
    say("a child is of the workflow that the document names", step.id);
  if (itemOf(event) === null) checkChildInput({ log, run: new RunSeen(log), step, item: null }, event, say);
}

/** What it started, if it came to be, is a child of this very step. */
function isOwn(log: RunLog, event: DurableEvent, logs: ReadonlyMap<string, RunLog>): boolean {
  const child = logs.get(String(event.data["run"]));
  const link = child === undefined ? null : linkOf(child);
  const own = link?.run === log.run.run && link.step === event.data["step"] && link.item === itemOf(event);
  return child === undefined || own;
}

function endOf(log: RunLog | undefined): DurableEvent | undefined {
  return log?.events.find(({ type }) => terminalTypes.has(type));
}

/** The step's outcome follows from the child's end, in the same append. */
function checkEnded(log: RunLog, event: DurableEvent, child: RunLog | undefined, say: Say): void {
  const end = endOf(child);
  if (end === undefined || end.order > event.order) {
    say("no end of a child is made up", String(event.data["run"]));
    return;
  }
  const status = end.type.replace("run.", "");
  if (status !== event.data["status"])
    say("no end of a child is made up", `${event.data["status"]}, it ${status}`);
  const ending = log.events.some(({ type, seq }) => type === "run.ending" && seq < event.seq);
  const told = cancellingOf(log, event);
  // One that a completing run has no more use for is dropped; one that took too long fails its step.
  const dropped = told === undefined ? ending : told.data["failure"] === null;
  const next = log.events[event.seq];
  const succeeded = status === "completed" && told === undefined;
  const verb = succeeded ? "succeeded" : dropped ? "cancelled" : "failed";
  const wanted = `${itemOf(event) === null ? "step" : "item"}.${verb}`;
  if (next?.type !== wanted || !isOfSame(next, event))
    say("a child's end is its step's", `${next?.type}, not ${wanted}`);
}

function checkFailed(history: History, log: RunLog, step: StepModel, event: DurableEvent, say: Say): void {
  const { kind } = failureOf(event);
  if (kind === "child" || kind === "evaluation") return;
  if (kind === "step_timeout") {
    if (cancellingOf(log, event)?.data["failure"] == null)
      say("a child that takes too long is told to end", step.id);
    return;
  }
  const deep = (linkOf(log)?.depth ?? 0) >= depthMax;
  if (kind !== "limit" || !deep) say("a step with a child fails only with it", `${step.id}: ${kind}`);
  if (!history.models.has(`${log.run.tenant}/${modelKey(step.child ?? "", 1)}`))
    say("a step with a child fails only with it", `${step.id}: there is no ${step.child}`);
}

/** Nobody turns away from a child that has not ended. */
function checkCancelled(
  log: RunLog,
  step: StepModel,
  event: DurableEvent,
  logs: ReadonlyMap<string, RunLog>,
  say: Say,
): void {
  if (step.strategy !== null && itemOf(event) === null) return;
  const started = log.events.find((other) => other.type === "child.started" && isOfSame(other, event));
  const child = logs.get(String(started?.data["run"]));
  const before = log.events[event.seq - 2];
  if (child !== undefined && !(before?.type === "child.ended" && isOfSame(before, event)))
    say("a child's end is its step's", `${event.type} of ${step.id} without it`);
}

/**
 * Where nothing strikes, a child that was open when its parent began to end is soon told to end, or has ended. One that
 * another node holds is told only when that node lets it go.
 */
function isCancelled(
  history: History,
  log: RunLog,
  started: DurableEvent,
  logs: ReadonlyMap<string, RunLog>,
): boolean {
  const ending = cancellingOf(log, started) ?? log.events.find(({ type }) => type === "run.ending");
  const child = logs.get(String(started.data["run"]));
  if (ending === undefined || child === undefined || !history.exclusive) return true;
  const until = ending.durableAt + toldMs;
  const told = child.events.find(({ type }) => type === "run.cancel_requested" || terminalTypes.has(type));
  if (log.attended && !isOpen(history, log.run.tenant, ending.durableAt, until)) return true;
  return !isQuiet(history, ending.durableAt, until) || (told !== undefined && told.durableAt <= until);
}

/** A child without a compensation by its step undoes itself: before the parent says so, and as far as it says. */
function checkUndone(log: RunLog, event: DurableEvent, logs: ReadonlyMap<string, RunLog>, say: Say): void {
  const started = log.events.findLast(
    (one) => one.type === "compensation.started" && one.seq < event.seq && isOfSame(one, event),
  );
  const child = logs.get(String(started?.data["child"]));
  const ended = child?.events.findLast(
    ({ type, order }) => type === "compensation.ended" && order < event.order,
  );
  if (ended === undefined) {
    say("a child is undone with its root", `${String(started?.data["child"])} was not`);
    return;
  }
  const whole = ended.data["compensation"] !== "partial";
  if (whole !== (event.type === "compensation.succeeded"))
    say("a child says how far it was undone", `${event.type} after ${ended.data["compensation"]}`);
}
