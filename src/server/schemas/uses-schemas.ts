// Schemas of what workflows use, and of templates.

import { anything, choice, flag, list, orNull, record, text } from "../typed-schema.ts";
import { version, workflowName } from "./parts.ts";

const steps = list("Ids of the steps, in the order of the document", text("Id of a step"));
const secretName = text("Name in UPPER_SNAKE_CASE");

const hostUse = record(
  "A service that is called, asked for a token, or called to undo",
  {
    host: orNull(text("As `allowed_hosts` of a secret writes it; null when it is dynamic")),
    origin: orNull(text("Scheme and host, as addresses begin with them; null when it is dynamic")),
    dynamic: flag("An expression or a secret decides which host it is"),
    steps,
  },
  "HostUse",
);

export const workflowUses = record(
  "What a version of a workflow uses beyond itself",
  {
    name: workflowName,
    version,
    hosts: list("Services, without those to which an answer leads", hostUse),
    secrets: list(
      "Secrets that the document names",
      record("One of them", { name: secretName, exists: flag("It is stored") }),
    ),
    children: list(
      "Workflows that its steps start",
      record("One of them", {
        workflow: workflowName,
        version: orNull(version),
        exists: flag("It is stored, in this version, and not deleted"),
        steps,
      }),
    ),
    events: list(
      "Types of events",
      record("One of them", {
        type: text("The CloudEvents `type`"),
        starts: flag("It starts a run"),
        steps: list("Ids of the steps that wait for it", text("Id of a step")),
      }),
    ),
  },
  "WorkflowUses",
);

export const template = record(
  "An example to begin with",
  {
    name: text("Name of the template"),
    title: text("In words"),
    description: orNull(text("Of its first document")),
    documents: list(
      "Workflows, each to be stored by itself",
      record("One of them", {
        file: text("Name of its file"),
        format: choice("How it is written", ["json", "yaml"]),
        text: text("The document"),
      }),
    ),
    hosts: list("Services whose addresses are to be put in", hostUse),
    secrets: list("Secrets that must be stored before", secretName),
    sample: orNull(
      record("What to try it with", {
        body: anything("Body of the trigger"),
        signals: anything("Signals to be sent, in this order: a list of `name` and `body`"),
        expected: anything(
          "How the run ends when services answer as the example has them: `status`, `output`; null where it is not said",
        ),
      }),
    ),
  },
  "Template",
);
