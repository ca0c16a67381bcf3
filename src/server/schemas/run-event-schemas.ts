// Schemas of the events of a run as a whole: how it begins, is steered, and ends.

import {
  anything,
  choice,
  flag,
  list,
  mapOf,
  oneOf,
  optional,
  orNull,
  pair,
  record,
  text,
  whole,
} from "../typed-schema.ts";
import { deadlineAt, eventOf, ms } from "./event-parts.ts";
import { failure } from "./run-schemas.ts";

const itemOrNull = orNull(whole("Number of the item; null for the step itself"));
const stepNumber = whole("Number of the step in the document, from 0");

const compensation = choice(
  "`none`: nothing was undone; `complete`: everything that was to be undone; `partial`: some of it",
  ["none", "complete", "partial"],
);

const trigger = record(
  "What started a run",
  {
    type: choice("By what", ["http", "cron", "event", "workflow"]),
    method: text("Method of the request"),
    headers: mapOf("Of the request, names in lower case; without credentials", text("Value")),
    query: mapOf(
      "Of the request",
      oneOf("A value, or several", [text("Value"), list("Values", text("Value"))]),
    ),
    body: anything("What it starts with"),
    rawBody: orNull(text("The body as it came; null when the workflow does not read it")),
    event: optional(anything("Of an event: the CloudEvent without its data")),
    replayOf: optional(text("Id of the delivery that was sent again")),
    scheduledAt: optional(text("Of a schedule: the due time (RFC 3339)")),
  },
  "RunTrigger",
);

const created = eventOf(["run.created"], "The run was made: always the first", "run", {
  semantics: whole("Version of what its events mean", 1),
  run: text("Id of the run"),
  workflow: text("Name of the workflow"),
  version: whole("Version of the workflow", 1),
  definition: text("Hash of the definition's content, hexadecimal"),
  stepCount: whole("Steps of the workflow"),
  trigger,
  labels: list("In the order of the document", pair("Name and value", text("Name"), text("Value"))),
  seed: whole("A random number, from which what must be the same again is derived", 0, 2 ** 32 - 1),
  traceId: text("Trace of its calls (W3C Trace Context), 32 hexadecimal digits"),
  parent: optional(
    record("Of a child: who started it", {
      run: text("Id of the parent"),
      root: text("Id of the run at the top"),
      step: stepNumber,
      item: itemOrNull,
      depth: whole("How many runs stand above it", 1),
    }),
  ),
  hosts: optional(
    list("Of a run that a grant let start, and its children: the only hosts that it may call", text("Host")),
  ),
  rerunOf: optional(text("Id of the run that it goes again from")),
  rerunAsked: optional(text("Keyed hash of the request for that")),
  keptKeys: optional(
    list(
      "Calls that keep the idempotency key of an earlier run, because their outcome was unknown",
      record("One", { step: stepNumber, item: itemOrNull, run: text("Id of the run whose key it is") }),
    ),
  ),
  slotKey: optional(text("Of a workflow with `concurrency`: its key")),
});

const started = eventOf(["run.started"], "It has its place, and begins", "run", {
  deadlineAt,
  stepDeadlines: optional(
    list(
      "Of strategies that a rerun took over in part: when the timeouts of their steps pass",
      record("One", { step: stepNumber, at: ms("When") }),
    ),
  ),
});

const plain = eventOf(
  ["run.queued", "run.paused", "run.resumed", "run.compensating"],
  "It waits for a place, is paused, goes on, or begins to undo what was done",
  "run",
  {},
);

const responded = eventOf(["run.responded"], "What its `respond` answers the caller", "run", {
  status: whole("Status", 100, 599),
  headers: list("In their order", pair("Name and value", text("Name"), text("Value"))),
  body: anything("Body"),
  problem: orNull(text("Why the answer could not be made; its status is then 500")),
});

const cancelRequested = eventOf(["run.cancel_requested"], "It is cancelled by somebody", "run", {
  compensate: flag("What was done is undone"),
});

const cause = oneOf(
  "Why a run ends badly: the first cause",
  [
    record("A step failed", { type: choice("Where", ["step"]), step: stepNumber, failure }),
    record("What is no step failed: the output, a label, the trigger, or a limit was reached", {
      type: choice("Where", ["output", "labels", "trigger", "limit"]),
      failure,
    }),
    record("It was cancelled, or its timeout passed", { type: choice("Where", ["cancel", "timeout"]) }),
  ],
  "Cause",
);

const ending = eventOf(["run.ending"], "It is to end badly; nothing new starts", "run", {
  status: choice("How", ["failed", "cancelled", "timed_out"]),
  cause,
});

const completed = eventOf(["run.completed"], "It ended well", "run", { output: anything("Its result") });

const endedBadly = eventOf(
  ["run.failed", "run.cancelled", "run.timed_out"],
  "It ended badly, and what was to be undone was tried",
  "run",
  { compensation },
);

const undoRequested = eventOf(
  ["compensation.requested"],
  "A run that has ended undoes what it can: because its parent is undone, or once more what failed",
  "run",
  {
    again: flag("What could not be undone is tried once more"),
    by: optional(text("The occasion, of a child that its parent undoes")),
  },
);

const undoEnded = eventOf(["compensation.ended"], "Undoing after the end is over", "run", { compensation });

const signalled = eventOf(
  ["signal.received"],
  "A signal, a callback, or an event for a wait came",
  "either",
  {
    name: text("Name of the signal"),
    body: anything("What it brought"),
    key: orNull(text("Keyed hash of the idempotency key, or of the event's source and id")),
    sent: optional(text("Keyed hash of what was sent under the key")),
    item: optional(whole("Number of the item whose wait it is for, from 0")),
    receivedAt: optional(ms("Of an event: when it came in")),
  },
);

export const runEvents = [
  ...([created, plain, started, signalled, responded, cancelRequested, ending] as const),
  ...([completed, endedBadly, undoRequested, undoEnded] as const),
] as const;
