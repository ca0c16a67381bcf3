// Schemas that many routes share: ids, names, pages, what is taken and not waited for.

import { type AnswerDescription, answer, type BodyDescription } from "../describe-route.ts";
import {
  anything,
  either,
  list,
  mapOf,
  optional,
  orNull,
  record,
  type TypedSchema,
  text,
  whole,
  withDefault,
} from "../typed-schema.ts";

export const runId = text("Id of a run", { pattern: "^run_[0-7][0-9a-hjkmnp-tv-z]{25}$" });
export const anyId = (about: string, prefix: string) => text(about, { pattern: `^${prefix}_[0-9a-z]{26}$` });
export const workflowName = text("Name of a workflow");
export const version = whole("Version", 1);
export const askedVersion = optional(whole("Version; the highest without it", 1));

export const idempotencyKey = optional(
  text("A repeated request with the same key is answered by the first", { minLength: 1, maxLength: 255 }),
);

/** What starts a run from outside; none is null. */
export const triggerBody: BodyDescription<never> = {
  type: "raw",
  required: false,
  content: {
    "application/json": anything("The trigger's body; a type that ends in `+json` is taken, too"),
    "application/x-www-form-urlencoded": mapOf(
      "The trigger's body as an object; a field that comes again gives a list",
      either(text("A value"), list("Its values", text("A value"))),
    ),
  },
};

/** `cursor` and `limit` of a list. */
export const pageQuery = {
  cursor: optional(text("`next` of the page before, with the same filters")),
  limit: withDefault(whole("Rows of a page", 1, 200), 50),
} as const;

export const wait = withDefault(whole("Seconds to wait", 0, 60), 0);

export const streamed = text("Server-sent events; the data of each is JSON in one line");

export function page<Row>(name: string, of: TypedSchema<Row>): TypedSchema {
  return record("One page", {
    [name]: list("Rows of the page", of),
    next: orNull(text("`cursor` of the page after; null after the last")),
  });
}

export const ofRun = { "dispatched-run": "Id of the run" } as const;

/** 202 of what was taken: a run that was started, or an item that waits. */
export const accepted: AnswerDescription = answer(
  "Taken: `run` was started, or `item` waits in the inbox",
  record(
    "What was taken",
    {
      run: optional(runId),
      item: optional(anyId("Id of the item of the inbox", "itm")),
      location: text("Where to look"),
    },
    "Accepted",
  ),
  { location: "Where to look", "dispatched-run": "Id of the run", "dispatched-item": "Id of the item" },
);

export const nothing: AnswerDescription = { about: "Done" };
