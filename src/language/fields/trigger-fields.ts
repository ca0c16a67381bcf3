// The fields of triggers: what starts a run.

import { conditionShape } from "../shape/condition-shape.ts";
import { durationShape, integerShape } from "../shape/number-shape.ts";
import { objectShape } from "../shape/object-shape.ts";
import type { Shape } from "../shape/shape.ts";
import { taggedShape } from "../shape/tagged-shape.ts";
import { templateShape } from "../shape/template-shape.ts";
import { choiceShape, textShape } from "../shape/text-shape.ts";
import { answerHeadersShape } from "./header-shape.ts";
import { scheduleShape, timeZoneShape } from "./schedule-shape.ts";
import { schemaUseShape } from "./schema-shape.ts";
import { verifyShape } from "./verify-fields.ts";

const plainTemplate = templateShape({ secrets: false, takes: "any" });

export const triggerDefaults = { syncTimeoutMs: 30_000, respondStatus: 200 } as const;

const respondFields = {
  status: { about: "The status.", shape: integerShape(200, 599), default: triggerDefaults.respondStatus },
  headers: { about: "Headers of the answer.", shape: answerHeadersShape },
  body: { about: "The body, as JSON.", shape: plainTemplate, default: null },
  after: {
    about: "Answer as soon as this step has ended, well or not; the run goes on.",
    shape: textShape(64),
  },
} as const;

const httpFields = {
  type: { about: "`POST /workflows/<name>` starts a run.", shape: choiceShape(["http"]), required: true },
  schema: {
    about: "The body must fit this JSON Schema: the name of one of `schemas`, or one in place.",
    shape: schemaUseShape,
  },
  verify: { about: "Requests to hooks must be signed.", shape: verifyShape },
  respond: {
    about: "What a synchronous caller is answered, instead of the output.",
    shape: objectShape({ name: "respond", about: "An answer of its own.", fields: respondFields }),
  },
  sync_timeout: {
    about: "How long a synchronous caller waits before it is answered 202.",
    shape: durationShape(1),
    default: "30s",
  },
} as const;

const cronFields = {
  type: { about: "A schedule starts a run.", shape: choiceShape(["cron"]), required: true },
  schedule: {
    about: "Five fields: minute, hour, day of the month, month, day of the week; six with seconds first.",
    shape: scheduleShape(),
    required: true,
  },
  timezone: { about: "A name of the IANA time zone database.", shape: timeZoneShape(), default: "UTC" },
  body: { about: "What the run reads as `trigger.body`.", shape: plainTemplate, default: null },
  catch_up: {
    about: "Of the times missed while the engine was down: start none, or one for the latest.",
    shape: choiceShape(["none", "latest"]),
    default: "latest",
  },
  jitter: {
    about: "Starts up to so much later, by a fixed amount for each due time.",
    shape: durationShape(0),
  },
} as const;

const eventFields = {
  type: { about: "A CloudEvent starts a run.", shape: choiceShape(["event"]), required: true },
  event: { about: "The event's `type`.", shape: textShape(256), required: true },
  when: { about: "Only events for which this is true; it sees `trigger`.", shape: conditionShape() },
} as const;

export const triggerShape = taggedShape("a trigger", {
  http: objectShape({ name: "http trigger", about: "Starts a run by an HTTP request.", fields: httpFields }),
  cron: objectShape({ name: "cron trigger", about: "Starts runs by a schedule.", fields: cronFields }),
  event: objectShape({ name: "event trigger", about: "Starts a run for an event.", fields: eventFields }),
});

export type TriggerRead = typeof triggerShape extends Shape<infer Value> ? Value : never;
