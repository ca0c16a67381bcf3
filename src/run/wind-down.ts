// The way from a bad end's first cause to the terminal status: in-flight attempts, then compensation, then the end.

import { nextUndo, startUndo, undoable } from "./compensate.ts";
import type { CompensationResult } from "./event.ts";
import { emit, type Turn } from "./turn.ts";

/** Goes as far as it can: stops while an attempt or a compensation is under way. */
export function windDown(turn: Turn): void {
  while (turn.state.ending !== null && turn.state.open.length === 0 && turn.state.undoing === null) {
    const next = turn.state.compensates ? nextUndo(turn.workflow, turn.state) : null;
    if (next === null) {
      emit(turn, { type: `run.${turn.state.ending.status}`, compensation: compensationResult(turn) });
      return;
    }
    if (turn.state.status !== "compensating") emit(turn, { type: "run.compensating" });
    startUndo(turn, next);
  }
}

function compensationResult(turn: Turn): CompensationResult {
  const wanted = undoable(turn.workflow, turn.state);
  const undone = wanted.filter((step) => step.undo?.status === "succeeded").length;
  const tried = wanted.some((step) => step.undo !== null);
  if (!tried) return "none";
  return undone === wanted.length ? "complete" : "partial";
}
