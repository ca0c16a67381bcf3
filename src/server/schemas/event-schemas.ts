// The schema of an event of a run: one of those of each type.

import { oneOf } from "../typed-schema.ts";
import { runEvents } from "./run-event-schemas.ts";
import { stepEvents, waitEvents } from "./step-event-schemas.ts";
import { undoEvents } from "./undo-event-schemas.ts";

export const eventSchemas = [...runEvents, ...stepEvents, ...waitEvents, ...undoEvents] as const;

export const event = oneOf(
  "A recorded fact about a run, by its `type`; in `data` names are in camelCase, and times in milliseconds since 1970",
  [
    oneOf("A fact about the run as a whole", runEvents, "RunEvent"),
    oneOf("A fact about a step, or an item of its strategy", stepEvents, "StepEvent"),
    oneOf("A fact about a wait, a sleep or a child of a step or item", waitEvents, "WaitEvent"),
    oneOf("A fact about undoing a step, or an item of its strategy", undoEvents, "UndoEvent"),
  ],
  "Event",
);
