// A decision in the making: events are folded as they are decided, so that each next thought sees the state after them.

import type { Workflow } from "../language/workflow.ts";
import type { RunEvent, RunEventBody } from "./event.ts";
import { evolve } from "./evolve.ts";
import type { RunState } from "./state.ts";

export interface Turn {
  readonly workflow: Workflow;
  /** Never before the last event. */
  readonly now: number;
  state: RunState;
  readonly events: RunEvent[];
}

export function beginTurn(workflow: Workflow, state: RunState, now: number): Turn {
  return { workflow, now: Math.max(now, state.at), state, events: [] };
}

export function emit(turn: Turn, body: RunEventBody): void {
  const event: RunEvent = { at: turn.now, ...body };
  turn.events.push(event);
  turn.state = evolve(turn.state, event);
}
