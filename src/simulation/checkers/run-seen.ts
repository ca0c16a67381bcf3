// What the steps of a run and their items have come to, event by event: the context that templates read.

import type { DurableEvent } from "../history.ts";
import { goesOnAfterFailure, type StrategyModel } from "../workload/language-model.ts";
import type { StepModel } from "../workload/model.ts";
import { failureOf, type RunLog, stepOf } from "./run-log.ts";
import { isAcceptance, itemOf } from "./task-of.ts";
import { signalsOutput } from "./wait-log.ts";

export type SeenStatus =
  | "pending"
  | "running"
  | "succeeded"
  | "failed"
  | "skipped"
  | "rejected"
  | "cancelled";

export interface TaskSeen {
  status: SeenStatus;
  output: unknown;
  /** Of the latest whole answer that stands, or null. */
  responseStatus: number | null;
  response: unknown;
  /** When the announced attempt or poll is due. */
  notBefore: number;
  polls: number;
  /** Its call was accepted, and its callback is waited for. */
  accepted: boolean;
}

export interface StepSeen extends TaskSeen {
  passed: boolean;
  /** It was rejected, or skipped because of a rejection. */
  rejected: boolean;
  /** Places in the one sequence; 0 while it has not come to that. It is ready when the sandbox is asked about it. */
  readyOrder: number;
  endedOrder: number;
  items: ItemsSeen | null;
}

export interface ItemsSeen {
  readonly over: readonly unknown[];
  readonly count: number;
  readonly tasks: Map<number, TaskSeen>;
  readonly open: Set<number>;
  next: number;
  succeeded: number;
  failed: number;
  firstFailed: number | null;
  /** The first that failed, and any at all, failed because nobody came for its wait. */
  firstTimedOut: boolean;
  timedOut: boolean;
  winner: number | null;
  /** The step took too long: what is under way is told to end. */
  failing: boolean;
  acc: unknown;
  accumulated: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Result {
  readonly type: string;
  readonly status?: number;
  readonly body?: unknown;
  readonly value?: unknown;
  readonly output?: unknown;
}

/** What a rerun takes over. */
interface Carried {
  readonly status: "succeeded" | "failed" | "skipped" | "cancelled";
  readonly skipped: string | null;
  readonly result: Result | null;
  readonly answer: Answer | null;
  readonly signals: readonly { readonly name: string; readonly body: unknown }[] | null;
  readonly failure: Answer | null;
}

export class RunSeen {
  readonly #log: RunLog;
  readonly #steps: Map<string, StepSeen>;
  /** The event with which the run began to end badly. */
  ending: DurableEvent | null = null;
  /** A service said that the run is complete, and was heeded. */
  completing = false;
  paused = false;

  constructor(log: RunLog) {
    this.#log = log;
    this.#steps = new Map(log.model.steps.map(({ id }) => [id, newStep()]));
  }

  step(id: string): StepSeen {
    return this.#steps.get(id) as StepSeen;
  }

  get steps(): Iterable<readonly [id: string, seen: StepSeen]> {
    return this.#steps;
  }

  take(event: DurableEvent): void {
    if (event.type === "run.ending") {
      this.ending = event;
      for (const seen of this.#steps.values()) if (seen.status === "pending") seen.status = "cancelled";
    }
    if (event.type === "run.paused" || event.type === "run.resumed")
      this.paused = event.type === "run.paused";
    const step = stepOf(this.#log, event);
    if (step === null) return;
    const seen = this.step(step.id);
    const item = itemOf(event);
    if (event.type.startsWith("step.")) this.#takeStep(step, seen, event);
    else if (event.type === "item.carried" && item !== null) carryItem(seen.items, item, event);
    else if (event.type.startsWith("item.") && item !== null) takeItem(seen.items, item, event);
    else if (event.type === "wait.started") beginWait(seen, item, event);
    else if (event.type === "wait.ended") endWait(this.#log, seen, item, event);
    else if (event.type === "child.started") beginChild(seen, item, event);
    else if (event.type === "child.cancelling") stopItems(seen, item);
    else if (event.type === "strategy.started") beginItems(seen, event);
    else if (event.type === "sleep.started") begin(seen, Number(event.data["until"]));
    else if (event.type === "value.computed") takeValue(seen.items, item, event);
    else if (event.type === "directive.received") this.#takeDirective(event);
  }

  #takeDirective({ data }: DurableEvent): void {
    const { type } = data["directive"] as { readonly type: string };
    if (type === "complete" && data["allowed"] === true) this.completing = true;
  }

  #takeStep(step: StepModel, seen: StepSeen, event: DurableEvent): void {
    if (event.type === "step.carried") carry(seen, event.data["outcome"] as Carried);
    else takeTask(seen, event);
    if (event.type === "step.carried") {
      seen.passed = seen.status === "succeeded" || seen.status === "failed";
      if (seen.status === "succeeded" && seen.items !== null && step.strategy !== null)
        seen.output = outputOfItems(step.strategy, seen.items);
    }
    if (event.type === "step.failed") seen.passed = step.onError === "continue";
    if (event.type === "step.succeeded") {
      seen.passed = true;
      if (seen.items !== null && step.strategy !== null)
        seen.output = outputOfItems(step.strategy, seen.items);
    }
    const { skipped } = (event.data["outcome"] ?? {}) as Partial<Carried>;
    seen.rejected =
      seen.status === "rejected" || event.data["reason"] === "rejection" || skipped === "rejection";
    if (seen.status !== "pending" && seen.status !== "running") seen.endedOrder = event.order;
  }
}

function newTask(): TaskSeen {
  return {
    status: "pending",
    output: null,
    responseStatus: null,
    response: null,
    notBefore: 0,
    polls: 0,
    accepted: false,
  };
}

function newStep(): StepSeen {
  return { ...newTask(), passed: false, rejected: false, readyOrder: 0, endedOrder: 0, items: null };
}

function begin(seen: TaskSeen, notBefore: number): void {
  seen.status = "running";
  seen.notBefore = notBefore;
}

function beginItems(seen: StepSeen, { data, at, order }: DurableEvent): void {
  begin(seen, at);
  // From here on the sandbox may be asked about its items.
  seen.readyOrder ||= order;
  seen.items = {
    over: data["over"] as readonly unknown[],
    count: Number(data["count"]),
    tasks: new Map(),
    open: new Set(),
    next: 0,
    succeeded: 0,
    failed: 0,
    firstFailed: null,
    firstTimedOut: false,
    timedOut: false,
    winner: null,
    failing: false,
    acc: data["initial"],
    accumulated: 0,
  };
}

function beginChild(seen: StepSeen, item: number | null, event: DurableEvent): void {
  if (item === null) begin(seen, event.at);
  else takeItem(seen.items, item, event);
}

function stopItems({ items }: StepSeen, item: number | null): void {
  if (items !== null && item === null) items.failing = true;
}

function beginWait(step: StepSeen, item: number | null, event: DurableEvent): void {
  const seen = item === null ? step : step.items?.tasks.get(item);
  if (seen === undefined) return;
  if (!isAcceptance(event)) {
    begin(seen, event.at);
    return;
  }
  seen.accepted = true;
  answered(seen, event.data["answer"] as Answer);
}

/** What came is the output of a task that succeeds. */
function endWait(log: RunLog, step: StepSeen, item: number | null, event: DurableEvent): void {
  const seen = item === null ? step : step.items?.tasks.get(item);
  if (seen !== undefined) seen.output = signalsOutput(log, event);
}

function takeTask(seen: TaskSeen, event: DurableEvent): void {
  const { data } = event;
  switch (event.type.split(".")[1]) {
    case "started":
      begin(seen, event.at);
      return;
    case "retrying":
      seen.notBefore = Number(data["notBefore"]);
      failed(seen, event);
      return;
    case "polled":
      seen.notBefore = Number(data["notBefore"]);
      seen.polls++;
      if (data["answer"] !== null) answered(seen, data["answer"] as Answer);
      return;
    case "succeeded":
      seen.status = "succeeded";
      succeeded(seen, data["result"] as Result);
      return;
    case "failed":
      seen.status = "failed";
      failed(seen, event);
      return;
    case "skipped":
      if (data["answer"] !== undefined) answered(seen, data["answer"] as Answer);
      seen.status = "skipped";
      return;
    case "rejected":
    case "cancelled":
      seen.status = event.type.split(".")[1] as "rejected" | "cancelled";
  }
}

function carry(seen: TaskSeen, { status, result, answer, signals, failure }: Carried): void {
  seen.status = status;
  if (failure !== null && result === null) answered(seen, failure);
  if (answer !== null) answered(seen, answer);
  if (result !== null) succeeded(seen, result);
  if (result?.type !== "signals" || signals === null || signals.length === 0) return;
  const [first] = signals;
  const byName = Object.fromEntries(signals.map(({ name, body }) => [name, body]));
  seen.output = signals.length === 1 ? first?.body : byName;
}

function answered(seen: TaskSeen, { status, body }: Answer): void {
  seen.responseStatus = status;
  seen.response = body;
}

function succeeded(seen: TaskSeen, result: Result): void {
  if (result.type === "response") answered(seen, result as Result & Answer);
  if (result.type === "response" || result.type === "polled") seen.output = seen.response;
  if (result.type === "value") seen.output = result.value;
  if (result.type === "child") seen.output = result.output;
}

/** The answer that polls or a wait followed stands, whatever became of them. */
function failed(seen: TaskSeen, event: DurableEvent): void {
  if (seen.polls > 0 || seen.accepted) return;
  const { status, body } = failureOf(event);
  seen.responseStatus = status;
  seen.response = body;
}

function takeItem(items: ItemsSeen | null, item: number, event: DurableEvent): void {
  if (items === null) return;
  const task = items.tasks.get(item) ?? newTask();
  items.tasks.set(item, task);
  takeTask(task, event);
  passBegun(items);
  if (task.status === "running") items.open.add(item);
  else items.open.delete(item);
  if (event.type === "item.succeeded") {
    items.succeeded++;
    items.winner ??= item;
  }
  if (event.type === "item.failed") failItem(items, item, failureOf(event).kind);
}

/** Items begin in order, but those that were carried over may stand anywhere. */
function passBegun(items: ItemsSeen): void {
  while (items.tasks.has(items.next)) items.next++;
}

function carryItem(items: ItemsSeen | null, item: number, { data }: DurableEvent): void {
  if (items === null) return;
  const task = newTask();
  items.tasks.set(item, task);
  carry(task, data["outcome"] as Carried);
  passBegun(items);
  if (task.status === "succeeded") {
    items.succeeded++;
    items.winner ??= item;
  }
  const { failure } = data["outcome"] as { readonly failure: { readonly kind: string } | null };
  if (task.status === "failed") failItem(items, item, failure?.kind ?? "");
}

function failItem(items: ItemsSeen, item: number, kind: string): void {
  const timedOut = kind === "wait_timeout";
  if (items.firstFailed === null) items.firstTimedOut = timedOut;
  items.failed++;
  items.firstFailed ??= item;
  items.timedOut ||= timedOut;
}

function takeValue(items: ItemsSeen | null, item: number | null, event: DurableEvent): void {
  if (items === null || item === null || items.tasks.get(item)?.status === "running") return;
  items.acc = event.data["value"];
  items.accumulated++;
}

export function outputOfItems({ type }: StrategyModel, items: ItemsSeen): unknown {
  if (type === "race") return items.winner === null ? null : items.tasks.get(items.winner)?.output;
  if (type === "reduce") return items.acc;
  return Array.from({ length: items.count }, (_, item) => {
    const task = items.tasks.get(item);
    return task?.status === "succeeded" ? (task.output ?? null) : null;
  });
}

/** No further item may begin. */
export function isStopped(run: RunSeen, step: StepModel, strategy: StrategyModel, items: ItemsSeen): boolean {
  if (run.ending !== null || run.completing || items.failing) return true;
  if (strategy.type === "race" && items.winner !== null) return true;
  return (items.failed > 0 && !goesOnAfterFailure(strategy)) || isRefused(step, strategy, items);
}

/** Nobody came for an item, where that rejects the step, and nothing else had failed it before. */
export function isRejected({ wait }: StepModel, strategy: StrategyModel, items: ItemsSeen): boolean {
  if (wait?.onTimeout !== "reject" || !items.timedOut) return false;
  return goesOnAfterFailure(strategy) || items.firstTimedOut;
}

/** And whatever comes of the others does not help. */
export function isRefused(step: StepModel, strategy: StrategyModel, items: ItemsSeen): boolean {
  if (strategy.type === "race" || strategy.minSuccess !== null) return false;
  return isRejected(step, strategy, items);
}

/** Entry of an item, or the chunk of a batch. */
export function entryOf({ type, size }: StrategyModel, items: ItemsSeen, item: number): unknown {
  if (type !== "batch") return items.over[item] ?? null;
  return items.over.slice(item * size, (item + 1) * size);
}
