// Schemas of workflows, schedules and secrets.

import { anything, choice, list, orNull, record, text, time, whole } from "../typed-schema.ts";
import { version, workflowName } from "./parts.ts";

const format = choice("How it is written", ["json", "yaml"]);

const head = {
  name: workflowName,
  version,
  description: orNull(text("Of the document")),
  format,
  created_at: time("When it was stored"),
} as const;

export const workflowItem = record("A version in a list", head, "WorkflowItem");
export const workflow = record(
  "A version with its text",
  { ...head, text: text("Byte for byte as it was put") },
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

export const workflowPut = record(
  "What was stored",
  {
    name: workflowName,
    version,
    status: choice("Whether it is new", ["created", "same", "valid"]),
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
