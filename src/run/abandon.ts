// Ends a run as it stands, whatever state it is in: what was done stays done, and nothing is decided that could fail once more.

import type { Step } from "../language/workflow.ts";
import { compensationResult } from "./compensate.ts";
import { stepAt } from "./place.ts";
import { emit, emitCancelled, type Turn } from "./turn.ts";

export function abandon(turn: Turn): void {
  const { workflow, state } = turn;
  if (state.reopened) {
    emit(turn, { type: "compensation.ended", compensation: compensationResult(workflow, state) });
    return;
  }
  if (state.compensates || !state.cancelRequested)
    emit(turn, { type: "run.cancel_requested", compensate: false });
  if (state.ending === null)
    emit(turn, { type: "run.ending", status: "cancelled", cause: { type: "cancel" } });
  for (const number of state.open) {
    const step = workflow.steps[number] as Step;
    for (const item of stepAt(state, number).items?.open ?? []) emitCancelled(turn, { step, item });
    emitCancelled(turn, { step, item: null });
  }
  const { status } = turn.state.ending ?? { status: "cancelled" as const };
  emit(turn, { type: `run.${status}`, compensation: compensationResult(workflow, turn.state) });
}
