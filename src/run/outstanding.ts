// All that should be under way now. Recovery is fold and this, nothing else.

import type { Step, Workflow } from "../language/workflow.ts";
import { assert } from "../value/assert.ts";
import { BodyAway } from "../value/stored-body.ts";
import { advanceAll } from "./advance.ts";
import { compensationOf } from "./compensate.ts";
import { nextDeadline } from "./due.ts";
import type { CallEffect, Effect } from "./effect.ts";
import { readySteps } from "./join-step.ts";
import type { Computed } from "./need.ts";
import { offersSince } from "./offered-events.ts";
import { nameOf, type Place, stepAt, taskAt } from "./place.ts";
import { masksOfPoll, originOfPoll, pollRequest } from "./poll-request.ts";
import { startTask } from "./start-task.ts";
import type { RunState, TaskState, UndoState } from "./state.ts";
import { isTerminal } from "./status.ts";
import { lookAtEvents } from "./step-wait.ts";
import { mayStart } from "./strategy.ts";
import { beginTurn, type Turn } from "./turn.ts";
import { isUnsent } from "./unsent.ts";
import { isWindingDown, mayWindDown, windDown } from "./wind-down.ts";

const nothing: Computed = new Map();
/** An event that came after a run started may bear an earlier time: clocks of nodes differ, and one may be set back. */
const clocksApartMs = 5_000;

/**
 * The effects of a decision are `outstanding(after)` less `outstanding(before)`; what is no longer there is dropped.
 * `computed` is what the sandbox has computed for this run so far.
 */
export function outstanding(
  workflow: Workflow,
  state: RunState,
  computed: Computed = nothing,
): readonly Effect[] {
  if (isTerminal(state.status) && !state.reopened) return [];
  const effects: Effect[] = [];
  for (const number of state.open) addTasks(effects, state, workflow.steps[number] as Step);
  if (state.undoing !== null) addUndos(effects, workflow.steps[state.undoing] as Step, state);
  const { created } = state;
  if (state.startedAt === null && created.slotKey !== undefined && state.ending === null) {
    effects.push({ type: "slot", id: "slot", key: created.slotKey });
  }
  const { needs, begins } = nextOf(workflow, state, computed);
  const at = wakeAt(state, begins);
  if (at !== null) effects.push({ type: "wake", id: `wake/${at}`, at });
  effects.push(...needs);
  return effects;
}

/** Of a queued run nothing begins, also when it carries over a list of which items are left. */
function nextOf(workflow: Workflow, state: RunState, computed: Computed): Foreseen {
  if (state.startedAt === null && state.ending === null) return { needs: [], begins: false };
  if (workflow.sandboxed) return foreseen(workflow, state, computed);
  return { needs: [], begins: mayBegin(workflow, state) };
}

/** When something is due, or now while there is more than one decision begins. */
function wakeAt(state: RunState, begins: boolean): number | null {
  const next = nextDeadline(state);
  return begins ? Math.min(state.at, next ?? state.at) : next;
}

function mayBegin(workflow: Workflow, state: RunState): boolean {
  const turn = beginTurn(workflow, state, state.at);
  if (readySteps(workflow, state).length > 0 || mayWindDown(workflow, state)) return true;
  return state.open.some((number) => {
    const step = workflow.steps[number] as Step;
    return step.strategy !== null && mayStart(turn, step, step.strategy);
  });
}

interface Foreseen {
  /** What must be computed, or brought to hand. */
  readonly needs: readonly Effect[];
  /** Items, or steps, would begin, or be undone. */
  readonly begins: boolean;
}

/** What a decision would do if it were made now: only that tells which items wait for the sandbox. */
function foreseen(workflow: Workflow, state: RunState, computed: Computed): Foreseen {
  const turn = beginTurn(workflow, state, state.at, computed);
  const needs: Effect[] = [];
  let begins = false;
  try {
    if (isTerminal(state.status)) windDown(turn);
    else advanceAll(turn);
    begins =
      (isWindingDown(state) && turn.events.length > 0) ||
      turn.state.pendingCount < state.pendingCount ||
      state.open.some((number) => nextItem(turn.state, number) > nextItem(state, number));
    for (const number of turn.state.open) {
      lookAhead(turn, workflow.steps[number] as Step);
      lookAtEvents(turn, workflow.steps[number] as Step);
    }
  } catch (error) {
    if (!(error instanceof BodyAway)) throw error;
    const { stored } = error;
    const names = stored.map(({ source, body }) => `${source.owner}/${body.id}`);
    needs.push({ type: "fetch", id: `fetch/${names.join()}`, stored });
  }
  for (const need of turn.needs) needs.push({ type: "evaluate", id: `evaluate/${need.key}`, need });
  return { needs, begins };
}

function nextItem(state: RunState, number: number): number {
  return stepAt(state, number).items?.next ?? 0;
}

/** What the items behind the next one need, as many as could begin: they are computed together, not one by one. */
function lookAhead(turn: Turn, step: Step): void {
  const { items } = stepAt(turn.state, step.number);
  if (step.strategy === null || items === null || !mayStart(turn, step, step.strategy)) return;
  const last = Math.min(items.count, items.next + step.strategy.window - items.open.length);
  for (let item = items.next + 1; item < last; item++) startTask(turn, { step, item });
}

function addTasks(effects: Effect[], state: RunState, step: Step): void {
  const { items } = stepAt(state, step.number);
  if (items === null) addTask(effects, state, { step, item: null });
  else for (const item of items.open) addTask(effects, state, { step, item });
}

function addTask(effects: Effect[], state: RunState, place: Place): void {
  const task = taskAt(state, place);
  const { step, item } = place;
  const name = { step: step.number, item };
  if (task.phase === "call") {
    const isHeld = state.paused && isUnsent(state, task, state.at);
    if (task.poll?.unjudged !== true && !isHeld) effects.push(callOf(place, task));
  } else if (task.phase === "child" && task.child !== null) {
    const { cancelled, ...child } = task.child;
    const cancel = state.ending !== null || cancelled;
    const id = `${cancel ? "cancel" : "child"}/${nameOf(place)}`;
    const depth = (state.created.parent?.depth ?? 0) + 1;
    effects.push({ type: "child", id, ...name, ...child, depth, cancel });
  } else if (task.phase === "wait") {
    addEvent(effects, state, place);
  }
}

const calls = new WeakMap<TaskState, CallEffect>();

/** Made once a state of a task: a window of items costs nothing while others of it change. */
function callOf(place: Place, task: TaskState): CallEffect {
  const known = calls.get(task);
  if (known !== undefined) return known;
  const { step, item } = place;
  const { action } = step;
  assert(action.type === "request" && task.request !== null, `${nameOf(place)} has no request under way`);
  const { poll, attempt, notBefore } = task;
  const name = `${nameOf(place)}/${attempt}`;
  const effect: CallEffect = {
    type: "call",
    id: poll !== null ? `poll/${name}/${poll.count}` : item === null ? `step/${name}` : `item/${name}`,
    undo: false,
    step: step.number,
    item,
    attempt,
    poll: poll?.count ?? 0,
    origin: poll === null ? null : originOfPoll(task.request, poll.target),
    notBefore,
    request: poll === null ? task.request : pollRequest(task.request, poll.target),
    response: action.response,
    ...(poll === null ? {} : masksOfPoll(task.request)),
  };
  calls.set(task, effect);
  return effect;
}

function addEvent(effects: Effect[], state: RunState, place: Place): void {
  const { awaited } = taskAt(state, place);
  if (awaited === null) return;
  const { number } = place.step;
  const { type, subject } = awaited;
  const beganAt = (state.startedAt ?? state.createdAt) - clocksApartMs;
  const sinceMs = offersSince(awaited, beganAt);
  effects.push({
    type: "event",
    id: `event/${number}`,
    step: number,
    item: null,
    event: type,
    subject,
    sinceMs,
  });
}

function addUndos(effects: Effect[], step: Step, state: RunState): void {
  const { items } = stepAt(state, step.number);
  const places: readonly Place[] =
    items === null ? [{ step, item: null }] : items.undoOpen.map((item) => ({ step, item }));
  for (const place of places) {
    const { undo } = taskAt(state, place);
    if (undo?.status === "running" && undo.poll?.unjudged !== true) effects.push(undoOf(place, undo));
  }
}

function undoOf(place: Place, undo: UndoState): Effect {
  const { step, item } = place;
  if (undo.child !== null) {
    return {
      type: "undo_child",
      id: `undo_child/${nameOf(place)}/${undo.seq}`,
      step: step.number,
      item,
      run: undo.child,
      seq: undo.seq,
    };
  }
  const compensation = compensationOf(step);
  assert(compensation !== null && undo.request !== null, `${nameOf(place)} is not being undone`);
  const { poll, attempt, notBefore, request } = undo;
  const name = `${nameOf(place)}/${attempt}`;
  return {
    type: "call",
    id: poll === null ? `undo/${name}` : `undo_poll/${name}/${poll.count}`,
    undo: true,
    step: step.number,
    item,
    attempt,
    poll: poll?.count ?? 0,
    origin: poll === null ? null : originOfPoll(request, poll.target),
    notBefore,
    request: poll === null ? request : pollRequest(request, poll.target),
    response: compensation.response,
    ...(poll === null ? {} : masksOfPoll(request)),
  };
}
