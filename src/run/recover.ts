// What a run does first after the node that held it is gone.

import type { Step } from "../language/workflow.ts";
import { applyDue } from "./due.ts";
import { loseUndo } from "./end-undo.ts";
import { type Place, stepAt, taskAt } from "./place.ts";
import { loseAttempt } from "./step-request.ts";
import type { Turn } from "./turn.ts";
import { isUnsent } from "./unsent.ts";

/**
 * Timeouts that passed meanwhile come first. Then every attempt that may have been sent is lost: those whose
 * `notBefore` has passed, announced before this command, and that no pause held up. Returns the numbers of the steps that were touched.
 */
export function recover(turn: Turn): readonly number[] {
  const lost = tasksInFlight(turn);
  const undone = undosInFlight(turn);
  const touched = [...applyDue(turn)];
  for (const place of lost) {
    const { action } = place.step;
    if (taskAt(turn.state, place).phase !== "call" || action.type !== "request") continue;
    loseAttempt(turn, place, action);
  }
  for (const place of undone) loseUndo(turn, place);
  return [...touched, ...lost.map((place) => place.step.number), ...turn.state.open];
}

function tasksInFlight(turn: Turn): readonly Place[] {
  return turn.state.open.flatMap((number) => {
    const step = turn.workflow.steps[number] as Step;
    const items = stepAt(turn.state, number).items?.open ?? null;
    const places: readonly Place[] =
      items === null ? [{ step, item: null }] : items.map((item) => ({ step, item }));
    return places.filter((place) => {
      const task = taskAt(turn.state, place);
      return task.phase === "call" && !isUnsent(turn.state, task, turn.now);
    });
  });
}

function undosInFlight(turn: Turn): readonly Place[] {
  const { undoing } = turn.state;
  if (undoing === null) return [];
  const step = turn.workflow.steps[undoing] as Step;
  const { items } = stepAt(turn.state, undoing);
  const places: readonly Place[] =
    items === null ? [{ step, item: null }] : items.undoOpen.map((item) => ({ step, item }));
  return places.filter((place) => {
    const { undo } = taskAt(turn.state, place);
    return (
      undo?.status === "running" && undo.request !== null && undo.poll === null && undo.notBefore <= turn.now
    );
  });
}
