// Schemas of the events by which steps and items are undone.

import { anything, optional, orNull, text, whole } from "../typed-schema.ts";
import { answered, at, directed, eventOf, heldMs, notBefore, spent } from "./event-parts.ts";
import { recordedRequest } from "./recorded-request-schemas.ts";
import { failure } from "./run-schemas.ts";
import { polled } from "./step-event-schemas.ts";

export const undoEvents = [
  eventOf(["compensation.started"], "Undoing it begins", "step", {
    ...at,
    attempt: whole("The first", 1, 1),
    request: orNull(recordedRequest),
    child: optional(text("Id of the child that undoes itself")),
  }),
  eventOf(["compensation.retrying"], "An attempt to undo it failed; another follows", "step", {
    ...at,
    attempt: whole("Number of the one that follows", 1),
    notBefore,
    spent,
    failure,
    heldMs,
  }),
  eventOf(["compensation.polled"], "Undoing it is a job that is asked for", "step", { ...at, ...polled }),
  eventOf(["compensation.directed"], "The answer had the header `Dispatched-Directive`", "step", {
    ...at,
    ...directed,
  }),
  eventOf(["compensation.computed"], "The poll goes on", "step", { ...at, value: anything("The value") }),
  eventOf(["compensation.succeeded"], "It was undone", "step", { ...at, answer: answered }),
  eventOf(["compensation.failed"], "It could not be undone", "step", { ...at, failure }),
] as const;
