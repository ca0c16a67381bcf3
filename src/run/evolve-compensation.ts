// Folds the events of a compensation.

import { entryAt, withEntry } from "../value/persistent-list.ts";
import type { CompensationEventBody } from "./event.ts";
import { type Moment, polled } from "./evolve-task.ts";
import type { EndedItem, ItemsState, RunState, StepState, TaskState, UndoState } from "./state.ts";

export function evolveCompensation(state: RunState, event: CompensationEventBody): RunState {
  const step = state.steps[event.step] as StepState;
  const goesOn = event.type !== "compensation.succeeded" && event.type !== "compensation.failed";
  const steps = state.steps.slice();
  if (event.item === undefined) {
    const undo = evolveUndo(state, step.undo ?? begun(state), event);
    const first = event.type === "compensation.started" && step.items !== null;
    steps[event.step] = { ...step, undo, items: first ? beginItems(step.items) : step.items };
    return { ...state, steps, undoing: goesOn ? event.step : null };
  }
  const items = step.items as ItemsState;
  const task = entryAt(items.tasks, event.item) as TaskState;
  // One that cannot even be sent fails without having been started, also when it is tried again.
  const before = task.undo?.status === "running" ? task.undo : null;
  const undo = evolveUndo(state, before ?? begun(state), event);
  const starts = event.type === "compensation.started" || before === null;
  const open = items.undoOpen.filter((item) => item !== event.item);
  steps[event.step] = {
    ...step,
    items: {
      ...items,
      tasks: withEntry(items.tasks, event.item, { ...task, undo }),
      toUndo: starts ? after(items.toUndo, event.item) : items.toUndo,
      undoOpen: goesOn
        ? open.length < items.undoOpen.length
          ? items.undoOpen
          : [...open, event.item]
        : open,
      undoFailed: items.undoFailed + (event.type === "compensation.failed" ? 1 : 0),
    },
  };
  return { ...state, steps };
}

function beginItems(items: ItemsState): ItemsState {
  return { ...items, toUndo: items.ended, undoOpen: [], undoFailed: 0 };
}

/** What is left of the list behind `item`. */
function after(list: EndedItem | null, item: number): EndedItem | null {
  let rest = list;
  while (rest !== null && rest.item !== item) rest = rest.before;
  return rest === null ? null : rest.before;
}

function evolveUndo(moment: Moment, undo: UndoState, event: CompensationEventBody): UndoState {
  switch (event.type) {
    case "compensation.started":
      return { ...begun(moment), attempt: event.attempt, request: event.request, child: event.child ?? null };
    case "compensation.retrying":
      return {
        ...undo,
        attempt: event.attempt,
        notBefore: event.notBefore,
        spent: event.spent,
        failure: event.failure,
        heldMs: event.heldMs ?? undo.heldMs,
      };
    case "compensation.polled":
      return {
        ...undo,
        answer: event.answer ?? undo.answer,
        notBefore: event.notBefore,
        failure: event.failure,
        poll: polled(undo.poll, event, moment.at),
      };
    case "compensation.directed":
      return undo;
    case "compensation.computed":
      return undo.poll === null ? undo : { ...undo, poll: { ...undo.poll, unjudged: false } };
    case "compensation.succeeded":
      return { ...undo, status: "succeeded", answer: event.answer };
    case "compensation.failed":
      return { ...undo, status: "failed", failure: event.failure };
  }
}

function begun({ seq, at }: Moment): UndoState {
  return {
    seq,
    status: "running",
    attempt: 0,
    notBefore: at,
    spent: 0,
    startedAt: at,
    heldMs: 0,
    request: null,
    child: null,
    answer: null,
    failure: null,
    poll: null,
  };
}
