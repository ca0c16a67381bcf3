// Folds one event into a run's state. Pure; never sees the definition, so that old logs replay for ever.

import { assert } from "../value/assert.ts";
import { memberSize } from "../value/json-size.ts";
import { limits } from "../value/limits.ts";
import { withMember } from "../value/stored-body.ts";
import type {
  CompensationResult,
  EventPassedOver,
  Responded,
  RunCreated,
  RunEvent,
  RunStarted,
  SignalReceived,
} from "./event.ts";
import { evolveCompensation } from "./evolve-compensation.ts";
import { evolveStep } from "./evolve-step.ts";
import { offered } from "./offered-events.ts";
import { recordedBytes } from "./recorded-bytes.ts";
import { pendingStep, type RunState, type StepState } from "./state.ts";
import type { RunStatus } from "./status.ts";

/** The state after `event`; `state` is null before the first. */
export function evolve(state: RunState | null, event: RunEvent): RunState {
  if (state === null) {
    assert(event.type === "run.created", `a log begins with ${event.type}`);
    return { ...born(event, event.at), stores: event.stored !== undefined };
  }
  const next: RunState = {
    ...state,
    seq: state.seq + 1,
    at: event.at,
    stores: state.stores || event.stored !== undefined,
    dataBytes: state.dataBytes + recordedBytes(event),
  };
  switch (event.type) {
    case "run.created":
      throw new Error("a run is created once");
    case "run.queued":
      return next;
    case "run.started":
      return begun(next, event);
    case "run.paused":
      return { ...next, paused: true, pausedAt: event.at };
    case "run.resumed":
      return { ...next, paused: false, pausedAt: null };
    case "run.responded":
      return { ...next, responded: respondedWith(event) };
    case "signal.received":
      return evolveSignal(next, event);
    case "wait.passed_over":
      return passedOver(next, event);
    case "run.cancel_requested":
      return { ...next, cancelRequested: true, compensates: next.compensates && event.compensate };
    case "run.ending":
      return {
        ...next,
        ending: { status: event.status, cause: event.cause },
        steps: next.steps.map((step) => endPending(step, event.at)),
        pendingCount: 0,
      };
    case "directive.received": {
      const completes = event.allowed && event.directive.type === "complete";
      return { ...evolveStep(next, event), completing: next.completing || completes };
    }
    case "run.compensating":
      return { ...next, status: "compensating" };
    case "compensation.started":
    case "compensation.retrying":
    case "compensation.polled":
    case "compensation.directed":
    case "compensation.computed":
    case "compensation.succeeded":
    case "compensation.failed":
      return evolveCompensation(next, event);
    case "compensation.requested":
      return reopened(next, event);
    case "compensation.ended":
      return { ...next, reopened: false, compensation: event.compensation };
    case "run.completed":
      return { ...next, status: "completed", endedAt: event.at, result: event, open: [], signals: [] };
    case "run.failed":
      return ended(next, "failed", event.compensation);
    case "run.cancelled":
      return ended(next, "cancelled", event.compensation);
    case "run.timed_out":
      return ended(next, "timed_out", event.compensation);
    default:
      return evolveStep(next, event);
  }
}

/** Its body is moved, and not read. */
function respondedWith(event: Responded): Responded {
  const { status, headers, problem } = event;
  return withMember({ status, headers, body: null, problem }, "body", event, "body");
}

/** The state after all of `events`. */
export function fold(state: RunState | null, events: readonly RunEvent[]): RunState | null {
  return events.reduce<RunState | null>(evolve, state);
}

function born(created: RunCreated, at: number): RunState {
  return {
    seq: 1,
    at,
    stores: false,
    status: "queued",
    created,
    createdAt: at,
    startedAt: null,
    endedAt: null,
    deadlineAt: null,
    steps: Array.from({ length: created.stepCount }, () => pendingStep),
    open: [],
    pendingCount: created.stepCount,
    ending: null,
    completing: false,
    cancelRequested: false,
    compensates: true,
    undoing: null,
    paused: false,
    pausedAt: null,
    signals: [],
    signalKeys: [],
    signalsSent: [],
    responded: null,
    result: null,
    compensation: null,
    reopened: false,
    undoneBy: null,
    dataBytes: recordedBytes(created),
    passedOver: 0,
  };
}

function begun(
  state: RunState,
  { at, deadlineAt, stepDeadlines = [] }: RunStarted & { at: number },
): RunState {
  const steps = state.steps.slice();
  for (const { step, at: due } of stepDeadlines)
    steps[step] = { ...(steps[step] as StepState), deadlineAt: due };
  return { ...state, status: "running", startedAt: at, deadlineAt, steps };
}

function evolveSignal(state: RunState, event: SignalReceived & { readonly at: number }): RunState {
  const { name, key, step = null, item = null, receivedAt } = event;
  const cameAt = Math.min(event.at, receivedAt ?? event.at);
  const signal = withMember({ seq: state.seq, name, body: null, step, item, cameAt }, "body", event, "body");
  const signals = [...state.signals, signal];
  const keys = key === null ? state.signalKeys : [...state.signalKeys, key].slice(-limits.early_signals);
  const waiting = step === null ? undefined : state.steps[step];
  if (step === null || !waiting?.awaited) {
    return { ...state, signals, signalKeys: keys, signalsSent: sentAfter(state, event) };
  }
  // See `weighed`.
  const [dataBytes, passedOver] = [state.dataBytes - memberSize(event, "body"), state.passedOver + 1];
  const rest = { ...state, signals, dataBytes, passedOver };
  // An old log does not say when it came in.
  if (receivedAt === undefined) return { ...rest, signalKeys: keys };
  const awaited = offered(waiting.awaited, key, receivedAt);
  return { ...rest, steps: state.steps.with(step, { ...waiting, awaited }) };
}

function sentAfter({ signalsSent }: RunState, { key, sent }: SignalReceived): RunState["signalsSent"] {
  if (key === null || sent === undefined) return signalsSent;
  return [...signalsSent, { key, sent }].slice(-limits.early_signals);
}

/** It is known by its key when it is offered again, and weighs nothing. */
function passedOver(state: RunState, { step, key, receivedAt }: EventPassedOver): RunState {
  const counted = { ...state, passedOver: state.passedOver + 1 };
  const waiting = state.steps[step];
  if (!waiting?.awaited) return counted;
  const awaited = offered(waiting.awaited, key, receivedAt);
  return { ...counted, steps: state.steps.with(step, { ...waiting, awaited }) };
}

/** What failed to be undone is tried again. */
function reopened(
  state: RunState,
  { again, by }: { readonly again: boolean; readonly by?: string },
): RunState {
  const steps = again ? state.steps.map(forgetFailedUndo) : state.steps;
  return { ...state, reopened: true, undoneBy: by ?? state.undoneBy, steps };
}

function forgetFailedUndo(step: StepState): StepState {
  return step.undo?.status === "failed" ? { ...step, undo: null } : step;
}

/** Once a run ends, what has not begun never will. */
function endPending(step: StepState, at: number): StepState {
  return step.status === "pending" ? { ...step, status: "cancelled", endedAt: at } : step;
}

function ended(state: RunState, status: RunStatus, compensation: CompensationResult): RunState {
  return { ...state, status, endedAt: state.at, compensation, signals: [] };
}
