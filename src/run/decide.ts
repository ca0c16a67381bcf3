// The one function that decides: definition, state and a command give events, or a rejection. Pure; never throws.

import type { Step, Workflow } from "../language/workflow.ts";
import { isJsonObject, type Json, member } from "../value/json.ts";
import { entryAt } from "../value/persistent-list.ts";
import { abandon } from "./abandon.ts";
import { advance, advanceAll } from "./advance.ts";
import { beginEnding } from "./begin-ending.ts";
import { checkLimits } from "./check-limits.ts";
import type { Command, Decision, RejectionCode, SendSignal, TaskName } from "./command.ts";
import { compensationOf, endChildUndo } from "./compensate.ts";
import { createRun, startRun } from "./create-run.ts";
import { applyDue } from "./due.ts";
import { endUndo } from "./end-undo.ts";
import { readySteps } from "./join-step.ts";
import { wasOffered } from "./offered-events.ts";
import { type Place, stepAt, taskAt } from "./place.ts";
import { recover } from "./recover.ts";
import { sentOtherwise } from "./sent-otherwise.ts";
import type { RunState, TaskState } from "./state.ts";
import { isTerminal } from "./status.ts";
import { endChild } from "./step-child.ts";
import { endAttempt } from "./step-request.ts";
import { isAwaited, isCalledBack, isPassedOver, isTakenEvent, matchSignals } from "./step-wait.ts";
import { beginTurn, emit, type Turn } from "./turn.ts";
import { cameTooLate, roomForEvents } from "./unjudged.ts";
import { windDown } from "./wind-down.ts";

export function decide(workflow: Workflow, state: RunState | null, command: Command): Decision {
  if (command.type === "create") {
    if (state !== null) return rejected("run_exists");
    return accepted(createRun(workflow, command, command.now, command.computed));
  }
  if (state === null) return rejected("run_not_found");
  const turn = beginTurn(workflow, state, command.now, command.computed);
  const rejection = isTerminal(state.status) ? decideEnded(turn, command) : decideLive(turn, command);
  return rejection === null ? accepted(turn) : rejected(rejection);
}

/** Null when the command was taken. */
function decideLive(turn: Turn, command: Exclude<Command, { type: "create" }>): RejectionCode | null {
  switch (command.type) {
    case "start":
      if (turn.state.startedAt === null && turn.state.ending === null) startRun(turn);
      return null;
    case "end_attempt":
      return decideAttempt(turn, command);
    case "end_child":
      return decideChild(turn, command);
    case "end_undo":
    case "end_child_undo":
      return decideUndo(turn, command);
    case "signal":
      return decideSignal(turn, command);
    case "evaluated":
      goOn(turn);
      return null;
    case "tick":
      goOnInTime(turn);
      return null;
    case "recover":
      carryOn(turn, recover(turn));
      return null;
    case "pause":
      if (!turn.state.paused) emit(turn, { type: "run.paused" });
      return null;
    case "resume":
      if (turn.state.paused) emit(turn, { type: "run.resumed" });
      goOn(turn);
      return null;
    case "cancel":
      cancel(turn, command.compensate);
      return null;
    case "abandon":
      abandon(turn);
      return null;
    case "compensate":
      return "run_not_ended";
  }
}

/** A terminal status is final: only its compensation may go on. */
function decideEnded(turn: Turn, command: Exclude<Command, { type: "create" }>): RejectionCode | null {
  switch (command.type) {
    case "compensate":
      return compensateEnded(turn, command);
    case "end_undo":
    case "end_child_undo":
      return turn.state.reopened ? decideUndo(turn, command) : "run_ended";
    case "evaluated":
    case "tick":
    case "recover":
      if (!turn.state.reopened) return "run_ended";
      if (command.type === "recover") recover(turn);
      windDown(turn);
      return null;
    case "abandon":
      if (!turn.state.reopened) return "run_ended";
      abandon(turn);
      return null;
    default:
      return "run_ended";
  }
}

function compensateEnded(
  turn: Turn,
  { again, by }: Extract<Command, { type: "compensate" }>,
): RejectionCode | null {
  const { state } = turn;
  if (state.reopened) return null;
  if (by !== undefined && by === state.undoneBy) return null;
  if (again && state.compensation !== "partial") return "nothing_to_compensate";
  emit(turn, { type: "compensation.requested", again, ...(by === undefined ? {} : { by }) });
  windDown(turn);
  return null;
}

/** What is due, and what the decision before had no room for. */
function goOnInTime(turn: Turn): void {
  const due = applyDue(turn);
  carryOn(turn, [...due, ...turn.state.open, ...readySteps(turn.workflow, turn.state)]);
}

function goOn(turn: Turn): void {
  if (!isQueued(turn)) advanceAll(turn);
}

/** Nothing of it begins or ends before its place is free, not even a step that it carries over with the items that are left. */
function isQueued({ state }: Turn): boolean {
  return state.startedAt === null && state.ending === null;
}

function placeOf(turn: Turn, { step: number, item }: TaskName): Place | null {
  const step = turn.workflow.steps[number];
  if (step === undefined) return null;
  const { items } = stepAt(turn.state, number);
  if (item === null) return { step, item };
  return items !== null && entryAt(items.tasks, item) !== undefined ? { step, item } : null;
}

function decideAttempt(turn: Turn, command: Extract<Command, { type: "end_attempt" }>): RejectionCode | null {
  const place = placeOf(turn, command);
  if (place === null || place.step.action.type !== "request") return "stale_attempt";
  const task = taskAt(turn.state, place);
  if (!isUnderWay(task, command)) return "stale_attempt";
  turn.heldMs = command.outcome.heldMs ?? 0;
  turn.used = command.outcome.secrets ?? null;
  endAttempt(turn, place, place.step.action, command.outcome);
  carryOn(turn, [place.step.number]);
  return null;
}

function isUnderWay(
  task: TaskState,
  { attempt, poll }: { readonly attempt: number; readonly poll: number },
): boolean {
  return task.phase === "call" && task.attempt === attempt && (task.poll?.count ?? 0) === poll;
}

function decideChild(turn: Turn, command: Extract<Command, { type: "end_child" }>): RejectionCode | null {
  const place = placeOf(turn, command);
  if (place === null) return "stale_attempt";
  const task = taskAt(turn.state, place);
  if (task.phase !== "child" || task.child?.run !== command.child) return "stale_attempt";
  endChild(turn, place, command.child, command.outcome);
  carryOn(turn, [place.step.number]);
  return null;
}

function decideUndo(
  turn: Turn,
  command: Extract<Command, { type: "end_undo" | "end_child_undo" }>,
): RejectionCode | null {
  const place = placeOf(turn, command);
  const undo = place === null ? null : taskAt(turn.state, place).undo;
  if (place === null || undo?.status !== "running") return "stale_attempt";
  if (command.type === "end_child_undo") {
    if (undo.child !== command.child) return "stale_attempt";
    endChildUndo(turn, place, command.compensation);
  } else {
    if (undo.attempt !== command.attempt || undo.request === null) return "stale_attempt";
    if ((undo.poll?.count ?? 0) !== command.poll || undo.poll?.unjudged === true) return "stale_attempt";
    if (compensationOf(place.step) === null) return "stale_attempt";
    turn.heldMs = command.outcome.heldMs ?? 0;
    turn.used = command.outcome.secrets ?? null;
    endUndo(turn, place, command.outcome);
  }
  windDown(turn);
  return null;
}

function decideSignal(turn: Turn, command: SendSignal): RejectionCode | null {
  const { name, body, key, sent, target, receivedAt } = command;
  const { state } = turn;
  const place = target === null ? null : placeOf(turn, target);
  if (sent !== undefined && sentOtherwise(state, key, sent)) return "signal_conflict";
  if (key !== null && isRepeated(state, place, key, receivedAt)) return null;
  if (target !== null && (place === null || !mayStillWait(place.step, taskAt(state, place))))
    return "wait_over";
  if (place !== null && isCalledBack(turn, place)) return "wait_over";
  if (receivedAt !== undefined && isTakenEvent(turn, body)) return null;
  if (receivedAt !== undefined && place !== null) {
    if (cameTooLate(taskAt(state, place), Math.min(receivedAt, turn.now))) return "wait_over";
    if (roomForEvents(state, place.step.number) === 0) return "too_many_signals";
    if (key !== null && isPassedOver(turn, place, body)) {
      emit(turn, { type: "wait.passed_over", step: place.step.number, ...namesOf(body), key, receivedAt });
      return null;
    }
  }
  if (place === null && hasManySignals(turn) && !isAwaited(turn, { name, body })) return "too_many_signals";
  const addressed =
    target === null ? {} : { step: target.step, ...(target.item === null ? {} : { item: target.item }) };
  const came = receivedAt === undefined ? {} : { receivedAt };
  const kept = key === null || sent === undefined ? {} : { sent };
  emit(turn, { type: "signal.received", name, body, key, ...kept, ...addressed, ...came });
  if (state.ending === null) matchSignals(turn);
  carryOn(turn, state.open);
  return null;
}

/** What an event is known by. */
function namesOf(event: Json): { readonly source: string; readonly id: string } {
  const text = (name: string) => {
    const value = isJsonObject(event) ? member(event, name) : null;
    return typeof value === "string" ? value : "";
  };
  return { source: text("source"), id: text("id") };
}

/**
 * Those that were sent to one task are not among them: a call under way has one callback at most, and events that a wait has
 * still to judge have a bound of their own.
 */
function hasManySignals({ workflow, state: { signals } }: Turn): boolean {
  const { earlySignals } = workflow.bounds;
  if (signals.length < earlySignals) return false;
  const sent = signals.filter(({ step }) => step === null);
  return sent.length >= earlySignals;
}

function isRepeated(
  state: RunState,
  place: Place | null,
  key: string,
  receivedAt: number | undefined,
): boolean {
  if (state.signalKeys.includes(key)) return true;
  if (place === null || receivedAt === undefined) return false;
  return wasOffered(taskAt(state, place).awaited, key, receivedAt);
}

/** It waits, or its call may still be followed by a wait. */
function mayStillWait({ action }: Step, { phase }: TaskState): boolean {
  return phase === "wait" || (phase === "call" && action.type === "request" && action.wait !== null);
}

/** What became ready because of what happened to `touched`, and the end of the run when nothing is left. */
function carryOn(turn: Turn, touched: readonly number[]): void {
  if (isQueued(turn)) return;
  checkLimits(turn);
  advance(turn, touched);
}

/** Acknowledged at any time before the end; only the first word, and a later `compensate: false`, change anything. */
function cancel(turn: Turn, compensate: boolean): void {
  const changes = !turn.state.cancelRequested || (!compensate && turn.state.compensates);
  if (changes) emit(turn, { type: "run.cancel_requested", compensate });
  beginEnding(turn, "cancelled", { type: "cancel" });
  windDown(turn);
}

function accepted(turn: Turn): Decision {
  return { type: "accepted", events: turn.events, state: turn.state, spent: turn.spent };
}

function rejected(code: RejectionCode): Decision {
  return { type: "rejected", code };
}
