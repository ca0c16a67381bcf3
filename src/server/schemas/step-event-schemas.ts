// Schemas of the events of steps, and of the items of their strategies.

import { anything, choice, flag, list, optional, orNull, record, text, whole } from "../typed-schema.ts";
import {
  answered,
  at,
  deadlineAt,
  directed,
  eventOf,
  failed,
  heldMs,
  maybeAnswer,
  ms,
  notBefore,
  skipReason,
  spent,
  stepResult,
} from "./event-parts.ts";
import { pageSource, pollTarget, recordedRequest } from "./recorded-request-schemas.ts";
import { failure } from "./run-schemas.ts";

export const polled = {
  count: whole("Number of the poll, from 1", 1),
  notBefore,
  target: orNull(pollTarget),
  answer: answered,
  failure: failed,
  spent,
  unjudged: flag("Whether it goes on is still to be evaluated"),
  source: optional(pageSource),
};

const runStatusAtEnd = choice("How it ended", ["completed", "failed", "cancelled", "timed_out"]);

const attempts = [
  eventOf(["step.started", "item.started"], "Its first call is announced", "step", {
    ...at,
    attempt: whole("The first", 1, 1),
    request: recordedRequest,
    deadlineAt,
  }),
  eventOf(["step.retrying", "item.retrying"], "An attempt failed or was cut off; another follows", "step", {
    ...at,
    attempt: whole("Number of the one that follows", 1),
    notBefore,
    spent,
    failure,
    heldMs,
  }),
  eventOf(
    ["step.polled", "item.polled"],
    "The job is not done, or could not be asked; the next poll is announced",
    "step",
    { ...at, ...polled },
  ),
  eventOf(["step.paged", "item.paged"], "The next page is asked for, or one once more", "step", {
    ...at,
    count: whole("Calls after the first"),
    notBefore,
    target: orNull(pollTarget),
    items: orNull(list("Of the page before; null when there was none", anything("An item"))),
    failure: failed,
    spent,
  }),
] as const;

const ends = [
  eventOf(["step.succeeded", "item.succeeded"], "It succeeded", "step", { ...at, result: stepResult }),
  eventOf(["step.failed", "item.failed"], "It failed, and is not tried again", "step", {
    ...at,
    failure,
    passed: flag("The run goes on all the same (`on_error: continue`)"),
  }),
  eventOf(
    ["step.cancelled", "item.cancelled"],
    "It had begun, and was dropped: the run ends, or a race is decided",
    "step",
    at,
  ),
  eventOf(["step.skipped"], "It is not done", "step", {
    reason: skipReason,
    from: orNull(whole("Number of the step before it because of which, from 0")),
    answer: maybeAnswer,
    accepted: optional(flag("By a directive: the status of the answer that brought it is a success")),
  }),
  eventOf(["step.rejected"], "It is rejected: what comes after it is skipped", "step", {}),
] as const;

const carried = eventOf(
  ["step.carried", "item.carried"],
  "A rerun takes over how it ended; items come before their step",
  "step",
  {
    ...at,
    from: text("Id of the run that called"),
    outcome: record(
      "How a step or item ended that a rerun takes over",
      {
        status: choice("How", ["succeeded", "failed", "skipped", "cancelled"]),
        skipped: orNull(skipReason),
        result: orNull(stepResult),
        answer: answered,
        signals: orNull(
          list(
            "Those that ended its wait",
            record("One", { name: text("Name"), body: anything("What it brought") }),
          ),
        ),
        failure: failed,
        accepted: flag("Its call was answered with success: it is to be undone"),
        unknown: optional(flag("Its call may have reached the service unanswered")),
        child: optional(
          record("A child that completed although its task did not succeed", {
            run: text("Id of the child"),
            workflow: text("Name"),
            version: orNull(whole("Version; null for the highest", 1)),
          }),
        ),
      },
      "CarriedOutcome",
    ),
  },
);

const strategy = eventOf(["strategy.started"], "Its strategy begins: the list is known", "step", {
  strategy: choice("Which", ["scatter", "fan_out", "race", "batch", "reduce"]),
  over: list("The list", anything("An entry")),
  size: whole("Entries an item: 1, or the size of a batch", 1),
  count: whole("Items"),
  initial: anything("Of a `reduce`: the first `acc`"),
  deadlineAt,
});

const waits = [
  eventOf(["wait.started"], "It waits for signals, a callback or an event", "step", {
    ...at,
    until: ms("When the wait ends by itself"),
    answer: maybeAnswer,
    deadlineAt,
    event: optional(
      record("Of a wait for an event: which", {
        type: text("Its type"),
        subject: orNull(text("Its subject; null for any")),
      }),
    ),
  }),
  eventOf(["wait.ended"], "What it waited for has come", "step", {
    ...at,
    signals: list("Their events in this log", whole("`seq`", 1)),
  }),
  eventOf(["wait.timed_out"], "It did not come in time", "step", at),
  eventOf(["wait.ignored"], "An event for which the `when` of the wait is not true", "step", {
    ...at,
    signal: whole("`seq` of the event in this log that brought it", 1),
  }),
  eventOf(["wait.passed_over"], "The wait was offered an event, and does not want it", "step", {
    source: text("Of the event"),
    id: text("Of the event"),
    key: text("Keyed hash of these, for this wait"),
    receivedAt: ms("When it came in"),
  }),
  eventOf(["sleep.started"], "It sleeps", "step", { until: ms("When it wakes"), deadlineAt }),
] as const;

const children = [
  eventOf(["child.started"], "It starts another run", "step", {
    ...at,
    run: text("Id of the child"),
    workflow: text("Name of its workflow"),
    version: orNull(whole("Version; null for the highest", 1)),
    body: anything("What it is started with"),
    deadlineAt,
  }),
  eventOf(["child.cancelling"], "The child is told to end", "step", { ...at, failure: failed }),
  eventOf(["child.ended"], "The child has ended", "step", {
    ...at,
    run: text("Id of the child"),
    status: runStatusAtEnd,
  }),
] as const;

const told = [
  eventOf(["directive.received"], "The answer had the header `Dispatched-Directive`", "step", {
    ...at,
    ...directed,
  }),
  eventOf(["value.computed"], "Of a `reduce` the next `acc`; of a poll, that it goes on", "step", {
    ...at,
    value: anything("The value"),
  }),
] as const;

export const stepEvents = [...attempts, ...ends, carried, strategy, ...told] as const;

export const waitEvents = [...waits, ...children] as const;
