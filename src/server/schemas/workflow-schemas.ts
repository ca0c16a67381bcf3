// Schemas of workflows, schedules and secrets.

import { outcomeStatuses } from "../stats-json.ts";
import {
  anything,
  choice,
  flag,
  list,
  optional,
  orNull,
  record,
  text,
  time,
  whole,
} from "../typed-schema.ts";
import { runId, version, workflowName } from "./parts.ts";

const format = choice("How it is written", ["json", "yaml"]);

const head = {
  name: workflowName,
  version,
  description: orNull(text("Of the document")),
  format,
  created_at: time("When it was stored"),
  etag: text("Its `ETag`, for `If-Match`"),
} as const;

export const workflowItem = record("A version in a list", head, "WorkflowItem");
const counts = {
  completed: whole("Runs that completed"),
  failed: whole("Runs that failed"),
  cancelled: whole("Runs that were cancelled"),
  timed_out: whole("Runs that took too long"),
} as const;
const stats = {
  since: time("From when on outcomes are counted: the beginning of an hour"),
  outcomes: record("How runs ended since then", counts, "OutcomeCounts"),
  active: whole("Runs that have not ended, counted up to 1,000"),
  more_active: flag("There may be more of them"),
  recent: list(
    "Runs that have ended, the one made last first",
    record("A run that has ended", {
      run: runId,
      status: choice("How it ended", outcomeStatuses),
      ended_at: time("When"),
      ms: whole("From when it was made to its end, in milliseconds"),
    }),
  ),
} as const;

export const workflowStats = record(
  "How the runs of a workflow ended lately",
  {
    ...stats,
    hours: list(
      "Each hour by itself, the earliest first",
      record("An hour", { at: time("Its beginning"), ...counts }),
    ),
    median_ms: orNull(whole("Of the runs in `recent`: how long half of them took at most")),
    p95_ms: orNull(whole("How long 95 of 100 took at most")),
  },
  "WorkflowStats",
);

const trigger = record(
  "What starts runs of a workflow",
  {
    type: choice("Requests and hooks, the clock, or events", ["http", "cron", "event"]),
    signed: optional(flag("Of `http`: what comes by a hook must be signed")),
    schedule: optional(text("Of `cron`: fields of crontab")),
    timezone: optional(text("Of `cron`: of the time zone database")),
    next: optional(orNull(time("Of `cron`: when it is due next, without jitter; null for never"))),
    event: optional(text("Of `event`: the CloudEvents `type`")),
  },
  "WorkflowTrigger",
);

export const listedWorkflow = record(
  "The highest version of a workflow, and how its runs ended lately",
  {
    ...head,
    triggers: orNull(
      list(
        "What starts its runs; none for one that other workflows start. Null where not asked for",
        trigger,
      ),
    ),
    stats: orNull(record("The last 24 hours, and the last 30 runs", stats, "WorkflowOverview")),
  },
  "ListedWorkflow",
);

export const workflow = record(
  "A version with its text",
  {
    ...head,
    deleted_at: orNull(time("When the workflow was deleted; null when it is not")),
    text: text("Byte for byte as it was put"),
  },
  "Workflow",
);

export const documentProblem = record(
  "What is wrong with a document, or could be",
  {
    code: text("Stable code"),
    message: text("What is wrong"),
    fix: orNull(text("What to do")),
    pointer: text("JSON Pointer (RFC 6901) into the document"),
    line: whole("From 1", 1),
    column: whole("From 1", 1),
    length: whole("Characters to underline", 1),
  },
  "DocumentProblem",
);

export const workflowDeleted = record(
  "A workflow that was deleted",
  { name: workflowName, version, deleted_at: time("When it was deleted") },
  "WorkflowDeleted",
);

export const workflowPut = record(
  "What was stored",
  {
    name: workflowName,
    version,
    status: choice("Whether it is new", ["created", "same", "valid"]),
    etag: text("Its `ETag`, for `If-Match`; with `dry_run` the one that it would have"),
    warnings: list("What could be wrong", documentProblem),
    ended_grant: orNull(text("Id of the grant that the version ended")),
  },
  "WorkflowPut",
);

export const schedule = record(
  "A cron trigger",
  {
    workflow: workflowName,
    version,
    schedule: text("Fields of crontab"),
    timezone: text("Of the time zone database"),
    catch_up: choice("What is made of times that were missed", ["none", "latest"]),
    jitter_ms: whole("Milliseconds"),
    next: list("The next times, without jitter", time("Due")),
  },
  "Schedule",
);

const secretHead = {
  name: text("Name in UPPER_SNAKE_CASE"),
  version,
  allowed_hosts: orNull(list("Hosts that it may be sent to; null for any", text("Host"))),
  updated_at: time("When it was put"),
} as const;

export const secret = record("A secret, without its value", secretHead, "Secret");
export const secretStored = record(
  "A secret that was stored",
  { ...secretHead, warnings: list("What could be wrong", text("Warning")) },
  "SecretStored",
);

export const output = anything("What the workflow answers, or the run's output");
