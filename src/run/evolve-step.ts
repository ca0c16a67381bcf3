// Folds what happens to the steps of a run, and to the items of their strategies.

import { memberSize } from "../value/json-size.ts";
import { emptyList, entryAt, type PersistentList, withEntry } from "../value/persistent-list.ts";
import { spreadMembers } from "../value/stored-body.ts";
import type {
  Carried,
  PhaseEventBody,
  RunEventBody,
  StepSkipped,
  StrategyStarted,
  TaskEventBody,
} from "./event.ts";
import { evolvePhase, evolveTask } from "./evolve-task.ts";
import { keptKeyAt } from "./kept-key.ts";
import {
  type ItemsState,
  pendingStep,
  pendingTask,
  type RunState,
  type Signal,
  type StepState,
  type TaskState,
} from "./state.ts";

type StepEvent =
  | TaskEventBody
  | PhaseEventBody
  | StrategyStarted
  | StepSkipped
  | Extract<RunEventBody, { type: "step.rejected" | "step.carried" | "item.carried" }>;

export function evolveStep(state: RunState, event: StepEvent): RunState {
  const step = state.steps[event.step] as StepState;
  switch (event.type) {
    case "step.skipped":
      return withStep(state, event.step, {
        ...ended(event.reason === "directive" ? answered(step, event) : step, state),
        status: "skipped",
        skipped: event.reason,
      });
    case "step.rejected":
      return withStep(state, event.step, { ...ended(step, state), status: "rejected" });
    case "step.carried":
      return withStep(state, event.step, {
        ...step,
        ...carriedTask(event, state),
        skipped: event.outcome.skipped,
        passed: event.outcome.status === "failed",
      });
    case "item.carried": {
      const items = step.items as ItemsState;
      return withStep(state, event.step, {
        ...step,
        items: withItem(items, event.item, carriedTask(event, state)),
      });
    }
    case "strategy.started":
      return withStep(state, event.step, {
        ...pendingStep,
        status: "running",
        phase: "items",
        startedAt: state.at,
        deadlineAt: event.deadlineAt,
        items: bornItems(event),
      });
    case "step.failed":
      return withStep(state, event.step, {
        ...step,
        ...evolveTask(step, event, state),
        passed: event.passed,
      });
    case "step.started": {
      const unknown = keepsKey(state, event.step, null);
      return withStep(state, event.step, { ...step, ...evolveTask(step, event, state), unknown });
    }
    case "step.retrying":
    case "step.polled":
    case "step.paged":
    case "step.succeeded":
    case "step.cancelled":
      return withStep(state, event.step, { ...step, ...evolveTask(step, event, state) });
    case "item.started":
    case "item.retrying":
    case "item.polled":
    case "item.paged":
    case "item.succeeded":
    case "item.failed":
    case "item.cancelled": {
      const items = step.items as ItemsState;
      const task = evolveTask(entryAt(items.tasks, event.item) ?? pendingTask, event, state);
      const starts = event.type === "item.started" && keepsKey(state, event.step, event.item);
      const known = starts ? { ...task, unknown: true } : task;
      const rest = known.status === "running" ? state : withoutSignalsTo(state, event.step, event.item);
      return withStep(rest, event.step, { ...step, items: withItem(items, event.item, known) });
    }
    default:
      return evolvePhaseOf(state, step, event);
  }
}

/** The call may have reached the service in an earlier run: that is unknown until an attempt is answered. */
function keepsKey({ created }: RunState, step: number, item: number | null): boolean {
  return keptKeyAt(created, step, item) !== null;
}

function evolvePhaseOf(state: RunState, step: StepState, event: PhaseEventBody): RunState {
  const taken = takenSignals(state, event);
  const item = "item" in event ? event.item : undefined;
  const before = weighed(state, step, event, taken);
  const rest =
    taken.length === 0 ? before : { ...before, signals: state.signals.filter((one) => !taken.includes(one)) };
  if (item === undefined) {
    return withStep(rest, event.step, { ...step, ...evolvePhase(step, event, taken, state.at) });
  }
  const items = step.items as ItemsState;
  const task = entryAt(items.tasks, item) ?? pendingTask;
  const accumulates = event.type === "value.computed" && task.status !== "running";
  const after = accumulates
    ? { ...items, acc: event.value, accumulated: items.accumulated + 1 }
    : withItem(items, item, evolvePhase(task, event, taken, state.at));
  return withStep(rest, event.step, { ...step, items: after });
}

/** What came for a wait for an event counts for the limits of the run once the wait takes it: others send it, as they like. */
function weighed(
  state: RunState,
  { awaited }: StepState,
  event: PhaseEventBody,
  signals: readonly Signal[],
): RunState {
  if (event.type === "wait.ignored") return { ...state, passedOver: state.passedOver + 1 };
  if (event.type !== "wait.ended" || awaited === null) return state;
  const bytes = signals.reduce((sum, signal) => sum + memberSize(signal, "body"), 0);
  return { ...state, dataBytes: state.dataBytes + bytes, passedOver: state.passedOver - signals.length };
}

function takenSignals(state: RunState, event: PhaseEventBody): readonly Signal[] {
  const seqs =
    event.type === "wait.ended" ? event.signals : event.type === "wait.ignored" ? [event.signal] : [];
  return seqs.map((seq) => state.signals.find((signal) => signal.seq === seq) as Signal);
}

function bornItems({ over, size, count, strategy, initial }: StrategyStarted): ItemsState {
  return {
    over,
    size,
    count,
    strategy,
    tasks: emptyList(count),
    next: 0,
    open: [],
    succeeded: 0,
    failed: 0,
    firstFailed: null,
    timedOut: false,
    winner: null,
    acc: initial,
    accumulated: 0,
    ended: null,
    toUndo: null,
    undoOpen: [],
    undoFailed: 0,
  };
}

function withItem(items: ItemsState, item: number, task: TaskState): ItemsState {
  const tasks = withEntry(items.tasks, item, task);
  const wasOpen = items.open.includes(item);
  const next = nextOf(tasks, items.next);
  if (task.status === "running") {
    return { ...items, tasks, next, open: wasOpen ? items.open : [...items.open, item] };
  }
  const open = wasOpen ? items.open.filter((other) => other !== item) : items.open;
  const mayBeUndone = task.accepted || task.unknown;
  const succeeded = task.status === "succeeded";
  const timedOut = task.status === "failed" && task.failure?.kind === "wait_timeout";
  return {
    ...items,
    tasks,
    next,
    open,
    succeeded: items.succeeded + (succeeded ? 1 : 0),
    failed: items.failed + (task.status === "failed" ? 1 : 0),
    firstFailed: task.status === "failed" ? (items.firstFailed ?? item) : items.firstFailed,
    timedOut: items.timedOut || timedOut,
    winner: succeeded && items.strategy === "race" ? (items.winner ?? item) : items.winner,
    ended: mayBeUndone ? { item, before: items.ended } : items.ended,
  };
}

/** Items begin in order, but those that were carried over may stand anywhere. */
function nextOf(tasks: PersistentList<TaskState>, from: number): number {
  let next = from;
  while (entryAt(tasks, next) !== undefined) next++;
  return next;
}

/** The service said to skip the step: that answer settles its outcome. */
function answered(step: StepState, { answer, accepted }: StepSkipped): StepState {
  return {
    ...step,
    answer: answer ?? step.answer,
    failure: null,
    accepted: step.accepted || accepted === true,
    unknown: false,
  };
}

function ended(step: StepState, { seq, at }: RunState): StepState {
  return { ...step, phase: null, endedSeq: seq, endedAt: at };
}

function carriedTask({ from, outcome }: Pick<Carried, "from" | "outcome">, { seq, at }: RunState): TaskState {
  const { status, result, answer, signals, failure, accepted, unknown = false, child } = outcome;
  return {
    ...pendingTask,
    status,
    result,
    answer,
    signals:
      signals?.map((signal) => spreadMembers({ seq: 0, step: null, item: null, cameAt: 0 }, signal)) ?? null,
    failure,
    accepted,
    unknown,
    child: child === undefined ? null : { ...child, order: { body: null }, cancelled: true },
    endedSeq: seq,
    endedAt: at,
    carriedFrom: from,
  };
}

/** Keeps `open` and `pendingCount` true to the statuses. */
function withStep(state: RunState, number: number, step: StepState): RunState {
  const before = (state.steps[number] as StepState).status;
  const steps = state.steps.slice();
  steps[number] = step;
  if (before === step.status) return { ...state, steps };
  const pendingCount = before === "pending" ? state.pendingCount - 1 : state.pendingCount;
  if (step.status === "running") return { ...state, steps, pendingCount, open: [...state.open, number] };
  const open = before === "running" ? state.open.filter((other) => other !== number) : state.open;
  return withoutSignalsTo({ ...state, steps, pendingCount, open }, number);
}

/** Nobody takes any more what came for a task that has ended. Few stand at once: a look at all is cheap. */
function withoutSignalsTo(state: RunState, step: number, item?: number): RunState {
  const isOver = (one: Signal) => one.step === step && (item === undefined || one.item === item);
  return state.signals.some(isOver)
    ? { ...state, signals: state.signals.filter((one) => !isOver(one)) }
    : state;
}
