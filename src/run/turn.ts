// A decision in the making: events are folded as they are decided, so that each next thought sees the state after them.

import type { Workflow } from "../language/workflow.ts";
import { spreadMembers } from "../value/stored-body.ts";
import type { RunEvent, RunEventBody, SecretUse, StepResult } from "./event.ts";
import { evolve } from "./evolve.ts";
import type { Computed, Need } from "./need.ts";
import { at, type Place, stepAt, taskAt } from "./place.ts";
import type { RunState } from "./state.ts";

export interface Turn {
  readonly workflow: Workflow;
  /** Never before the last event. */
  readonly now: number;
  state: RunState;
  readonly events: RunEvent[];
  /** What the sandbox has computed so far. */
  readonly computed: Computed;
  /** What it must compute before the run can go on. */
  readonly needs: Need[];
  /** How often something was asked for that is not computed yet. */
  missed: number;
  /** What its evaluations have used up, as `spentOf` counts it. */
  spent: number;
  /** The time that the sandbox was told in the latest evaluation; null when it had no part in it. */
  told: number | null;
  /** What the attempt used whose end is being decided: the next event records it. */
  used: readonly SecretUse[] | null;
  /** How long the attempt was held back whose end is being decided. */
  heldMs: number;
}

const nothing: Computed = new Map();

export function beginTurn(
  workflow: Workflow,
  state: RunState,
  now: number,
  computed: Computed = nothing,
): Turn {
  return {
    workflow,
    now: Math.max(now, state.at),
    state,
    events: [],
    computed,
    needs: [],
    missed: 0,
    spent: 0,
    told: null,
    used: null,
    heldMs: 0,
  };
}

/** What a decision may have evaluated, as `spentOf` counts it, when it begins something further: some hundredths of a second. */
const spentMax = 2_000_000;

/** The next decision goes on: other runs come between. */
export function isSpent({ spent }: Pick<Turn, "spent">): boolean {
  return spent >= spentMax;
}

/** Events of a decision after which it undoes nothing further. */
const eventsMax = 1_000;

/** Whether a decision may undo something further: what is left is undone in the next. */
export function hasRoom(turn: Turn): boolean {
  return turn.events.length < eventsMax && !isSpent(turn);
}

export function emit(turn: Turn, body: RunEventBody): void {
  const used = turn.used === null ? {} : { secrets: turn.used };
  const event: RunEvent = spreadMembers({ at: turn.now, ...used }, body);
  turn.used = null;
  turn.events.push(event);
  turn.state = evolve(turn.state, event);
}

/** The first item that succeeds wins a race: the others are dropped at once, whatever else the turn brings them. */
export function emitSucceeded(turn: Turn, { step, item }: Place, result: StepResult): void {
  if (item === null) {
    emit(turn, { type: "step.succeeded", step: step.number, result });
    return;
  }
  emit(turn, { type: "item.succeeded", step: step.number, item, result });
  if (step.strategy?.type !== "race") return;
  for (const other of stepAt(turn.state, step.number).items?.open ?? []) {
    dropTask(turn, { step, item: other });
  }
}

/** Ends a task that is not wanted any more. A child is told to end, and its task ends when it has. */
export function dropTask(turn: Turn, place: Place): void {
  const { phase, child } = taskAt(turn.state, place);
  if (phase !== "child") emitCancelled(turn, place);
  else if (child?.cancelled === false) emit(turn, { type: "child.cancelling", ...at(place), failure: null });
}

export function emitCancelled(turn: Turn, { step, item }: Place): void {
  if (item === null) emit(turn, { type: "step.cancelled", step: step.number });
  else emit(turn, { type: "item.cancelled", step: step.number, item });
}
