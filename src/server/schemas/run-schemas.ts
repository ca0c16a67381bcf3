// Schemas of runs and their steps.

import { doings } from "../../run/doing.ts";
import { waitKinds } from "../../run/open-waits.ts";
import { runStatuses, stepStatuses } from "../../run/status.ts";
import {
  anything,
  choice,
  flag,
  list,
  mapOf,
  orNull,
  record,
  reference,
  type TypedSchema,
  text,
  time,
  whole,
} from "../typed-schema.ts";
import { runId, version, workflowName } from "./parts.ts";

export const runStatus = choice("Status of a run", runStatuses);

export const storedBody = record(
  "A body that stands apart from the events of its run",
  {
    pointer: text("Where it belongs in this answer (JSON Pointer, RFC 6901)"),
    body: whole("Its number within the run"),
    kind: choice("JSON, a text, or bytes that stand there as a text in base64", ["json", "text", "base64"]),
    bytes: whole("As it is read"),
    location: text("Where it can be read"),
  },
  "StoredBody",
);

export const response = record(
  "An answer of a called service",
  {
    status: whole("Status", 100, 599),
    headers: mapOf("Headers", text("Value")),
    body: anything("Body, parsed"),
  },
  "Response",
);

const failureKind = choice("What kind of failure", [
  "status",
  "parse",
  "schema",
  "network",
  "timeout",
  "too_large",
  "blocked",
  "request",
  "evaluation",
  "crash",
  "step_timeout",
  "limit",
  "wait_timeout",
  "poll_timeout",
  "pages",
  "directive",
  "child",
  "strategy",
]);

export const failure = record(
  "Why an attempt, a step or a compensation failed",
  {
    kind: failureKind,
    code: text("Stable code"),
    message: text("What happened"),
    reach: choice("What may have reached the service", ["no", "answered", "unknown"]),
    accepted: flag("The status said success, whatever came later"),
    status: orNull(whole("Status of the answer", 100, 599)),
    headers: orNull(mapOf("Headers of the answer", text("Value"))),
    body: anything("Body of the answer"),
  },
  "Failure",
);

const undo = record(
  "How a step was undone",
  {
    status: choice("How far it is", ["running", "succeeded", "failed"]),
    attempts: whole("Attempts so far"),
    response: orNull(response),
    error: orNull(failure),
  },
  "Compensation",
);

const items = record(
  "Items of a strategy, counted",
  {
    count: whole("All"),
    started: whole("Begun"),
    open: whole("Under way"),
    succeeded: whole("Succeeded"),
    failed: whole("Failed"),
    undone: whole("Undone"),
    failures: list(
      "The first failures",
      record("A failed item", { item: whole("Its number, from 0"), error: failure }),
    ),
  },
  "Items",
);

const phase = orNull(choice("What it does while it runs", ["call", "wait", "sleep", "child", "items"]));

export const stepItem = record(
  "An item of a step's strategy",
  {
    item: whole("Its number, from 0"),
    entry: text("The beginning of its entry in the list, as JSON"),
    status: choice("Status", stepStatuses),
    phase,
    attempts: whole("Attempts so far"),
    started_at: orNull(time("When it began")),
    ended_at: orNull(time("When it ended")),
    next_attempt_at: orNull(time("When the next attempt, poll or end of a sleep is due")),
    waits_until: orNull(time("When its wait ends by itself")),
    error: orNull(
      record("Why it failed, or its last attempt", {
        code: text("Stable code"),
        message: text("What happened"),
        status: orNull(whole("Status of the answer", 100, 599)),
      }),
    ),
    undo: orNull(choice("How far it is undone", ["running", "succeeded", "failed"])),
    child: orNull(text("The run that it started")),
  },
  "StepItem",
);

const step = record(
  "A step of a run",
  {
    id: text("Id in the document"),
    status: choice("Status", stepStatuses),
    phase,
    attempts: whole("Attempts so far"),
    started_at: orNull(time("When it began")),
    ended_at: orNull(time("When it ended")),
    next_attempt_at: orNull(time("When the next attempt, poll or end of a sleep is due")),
    waits_until: orNull(time("When its wait ends by itself")),
    skipped: orNull(text("Why it was skipped")),
    response: orNull(response),
    output: anything("Its output"),
    error: orNull(failure),
    compensation: orNull(undo),
    items: orNull(items),
    child: orNull(text("The run that it started")),
  },
  "Step",
);

const quarantined = flag("The engine leaves it as it is: it failed to read it, or to decide what is next");
const now = text("One line: what it is really doing");
const due = orNull(
  record("When that begins or ends by itself", {
    at: time("When"),
    what: choice("The next attempt begins, or what is waited for ends", ["begins", "ends"]),
  }),
);
const labels = mapOf("Labels", text("Value"));

export const run = record(
  "A run with its steps",
  {
    id: runId,
    workflow: workflowName,
    version,
    status: runStatus,
    quarantined,
    doing: list("What it is doing", choice("Kind", doings)),
    now,
    due,
    seq: whole("Number of its last event"),
    labels,
    created_at: time("When it was made"),
    started_at: orNull(time("When it began")),
    ended_at: orNull(time("When it ended")),
    output: anything("Its result"),
    error: orNull(
      record("What it failed by", {
        step: orNull(text("Id of the step")),
        code: text("Stable code"),
        message: text("What happened"),
      }),
    ),
    compensation: orNull(choice("How far it was undone", ["none", "complete", "partial"])),
    parent: orNull(
      record("The run that started it", {
        run: text("Id of the run"),
        item: orNull(whole("Number of the item")),
      }),
    ),
    rerun_of: orNull(text("The run that it goes again from")),
    early_signals: list("Names of signals that no wait has taken yet", text("Name")),
    stored: list("Large members of this answer, which are null in it and stand apart", storedBody),
    steps: list("In the order of the document", step),
  },
  "Run",
);

export const runItem = record(
  "A run in a list",
  {
    id: runId,
    workflow: workflowName,
    version,
    status: runStatus,
    quarantined,
    doing: list("What it is doing", choice("Kind", doings)),
    now,
    due,
    labels,
    fingerprint: orNull(
      text("Of one that ended badly: `fingerprint` of the group of those that failed alike"),
    ),
    created_at: time("When it was made"),
    ended_at: orNull(time("When it ended")),
  },
  "RunItem",
);

export const failureGroup = record(
  "Runs that failed alike: in the same step, with the same code and status",
  {
    fingerprint: text("What they have in common, as a keyed hash"),
    workflow: workflowName,
    versions: list("Versions of the newest of them, ascending", version),
    step: orNull(text("Id of the step; null when it lies in none")),
    undo: flag("The step could not be undone, and nothing else had failed"),
    code: orNull(text("Stable code; null when no sample can be read")),
    status: orNull(whole("Status of the answer", 100, 599)),
    count: whole("Runs that fit"),
    more: flag("There are more than were counted"),
    first_at: time("When the first of them ended"),
    last_at: time("When the last of them ended"),
    samples: list("The newest, three at most", runItem),
  },
  "FailureGroup",
);

export const explanation: TypedSchema = record(
  "The verdict on a run",
  {
    run: runId,
    workflow: workflowName,
    version,
    status: runStatus,
    verdict: text("One sentence: what happened"),
    failure: orNull(
      record("The failing attempt", {
        step: orNull(text("Id of the step")),
        item: orNull(whole("Number of the item, from 0")),
        attempt: orNull(whole("From 1")),
        code: text("Stable code"),
        message: text("What happened"),
        request: orNull(text("Method and address of the call")),
        status: orNull(whole("Status of the answer", 100, 599)),
      }),
    ),
    cause: orNull(text("Why, in one sentence")),
    consequence: orNull(text("What it means for steps and items")),
    next: record("What to do next", {
      action: choice("In a word", ["none", "wait", "signal", "resume", "rerun", "compensate", "fix"]),
      text: text("The command, or what to wait for"),
      note: orNull(
        text("What is to be known before: what the body lacked, which steps were undone and run again"),
      ),
    }),
    child: orNull(text("The child run in which the cause lies, or that is waited for")),
    inner: orNull(reference("Explanation")),
  },
  "Explanation",
);

export const created = record(
  "A run that goes again from another",
  { run: runId, location: text("Where to look"), rerun_of: runId },
  "Rerun",
);

export const rerunPreview = record(
  "What a rerun would do",
  {
    version,
    kept: list("Steps whose outcomes are carried over", text("Id")),
    again: list(
      "Steps that run again",
      record("A step that runs again", {
        step: text("Id"),
        method: orNull(
          text(
            "Of the call that was made before; of a strategy, by the first item that runs again and made one",
          ),
        ),
        host: orNull(text("Of that call")),
        began: flag("It began before: in this run, or in the one that it took the outcome over from"),
        key: choice("The idempotency key of the call", ["old", "new"]),
        undone: flag("It was undone, and so begins anew"),
        items: orNull(
          record(
            "Of a strategy that began: the items that it had. A list that is computed anew may have others",
            {
              count: whole("All its items"),
              again: whole("How many of them run again"),
              ranges: list(
                "Which, in order",
                record("From the first to the last of them", {
                  first: whole("From 0"),
                  last: whole("The same for one item alone"),
                }),
              ),
            },
          ),
        ),
      }),
    ),
  },
  "RerunPreview",
);

export const waitKind = choice("What it waits for", waitKinds);

export const runWaits = record(
  "A run with what it waits for",
  {
    run: runItem,
    waits: list(
      "Open waits, 100 at most",
      record("An open wait", {
        step: text("Id"),
        item: orNull(whole("Of a strategy: number of the item, from 0")),
        kind: waitKind,
        names: list("Of signals, or the type of the event", text("Name")),
        mode: orNull(choice("Of signals: whether one of them will do", ["any", "all"])),
        since: time("When the step, or the item, began"),
        at: orNull(time("When the next poll, or the end of the timer, is due")),
        until: orNull(time("When it ends by itself")),
        schema: anything("JSON Schema of what is waited for, where the workflow says it; else null"),
      }),
    ),
  },
  "RunWaits",
);
