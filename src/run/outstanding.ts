// All that should be under way now. Recovery is fold and this, nothing else.

import type { Step, Workflow } from "../language/workflow.ts";
import { assert } from "../value/assert.ts";
import { compensationOf } from "./compensate.ts";
import { nextDeadline } from "./due.ts";
import type { CallEffect, Effect } from "./effect.ts";
import type { RunState, StepState } from "./state.ts";
import { isTerminal } from "./status.ts";

/** The effects of a decision are `outstanding(after)` less `outstanding(before)`; what is no longer there is dropped. */
export function outstanding(workflow: Workflow, state: RunState): readonly Effect[] {
  if (isTerminal(state.status)) return [];
  const effects: Effect[] = [];
  for (const number of state.open) effects.push(attemptOf(workflow, state, number));
  if (state.undoing !== null) effects.push(undoOf(workflow, state, state.undoing));
  const at = nextDeadline(state);
  if (at !== null) effects.push({ type: "wake", id: `wake/${at}`, at });
  return effects;
}

function attemptOf(workflow: Workflow, state: RunState, number: number): CallEffect {
  const { action } = workflow.steps[number] as Step;
  const { attempt, notBefore, request } = state.steps[number] as StepState;
  assert(action.type === "request" && request !== null, `step ${number} has no request under way`);
  return {
    type: "call",
    id: `step/${number}/${attempt}`,
    undo: false,
    step: number,
    attempt,
    notBefore,
    request,
    response: action.response,
  };
}

function undoOf(workflow: Workflow, state: RunState, number: number): CallEffect {
  const compensation = compensationOf(workflow.steps[number] as Step);
  const undo = state.steps[number]?.undo;
  assert(
    compensation !== null && undo != null && undo.request !== null,
    `step ${number} is not being undone`,
  );
  return {
    type: "call",
    id: `undo/${number}/${undo.attempt}`,
    undo: true,
    step: number,
    attempt: undo.attempt,
    notBefore: undo.notBefore,
    request: undo.request,
    response: compensation.response,
  };
}
