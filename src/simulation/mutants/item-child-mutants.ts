// Engines that break a promise about the children of a strategy's items.

import type { Mutant } from "./mutant.ts";

const run = (file: string) => `src/run/${file}`;

export const itemChildMutants: readonly Mutant[] = [
  {
    name: "items-share-a-child",
    file: run("step-child.ts"),
    patches: [
      ['"child-a", run, nameOf(place))', '"child-a", run, String(place.step.number))'],
      ['"child-b", run, nameOf(place))', '"child-b", run, String(place.step.number))'],
      ['"child-c", run, nameOf(place))', '"child-c", run, String(place.step.number))'],
    ],
  },
  {
    name: "loser-of-a-race-not-told",
    file: run("turn.ts"),
    patches: [
      [
        'if (phase !== "child") emitCancelled(turn, place);',
        'if (phase !== "child") emitCancelled(turn, place);\n  else if (place.item !== null && turn.state.ending === null) return;',
      ],
    ],
  },
  {
    name: "item-dropped-before-its-child",
    file: run("turn.ts"),
    patches: [
      ['if (phase !== "child") emitCancelled', 'if (phase !== "child" || place.item !== null) emitCancelled'],
    ],
  },
  {
    name: "children-of-items-not-undone",
    file: run("compensate.ts"),
    patches: [
      [
        "if (isUndoable(step, task) && task",
        "if (compensationOf(step) !== null && isUndoable(step, task) && task",
      ],
    ],
  },
  {
    name: "child-of-an-item-sees-another-item",
    file: run("step-child.ts"),
    patches: [
      [
        "scopeAt(turn.workflow, turn.state, place);",
        "scopeAt(turn.workflow, turn.state, place.item === null ? place : { ...place, item: 0 });",
      ],
    ],
  },
  {
    name: "won-race-times-out",
    file: run("due.ts"),
    patches: [["&& (items?.winner ?? null) === null", ""]],
  },
];
