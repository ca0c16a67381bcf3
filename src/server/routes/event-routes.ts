// Events from outside: CloudEvents that start runs and end waits.

import { limits } from "../../value/limits.ts";
import { answer } from "../describe-route.ts";
import { readCloudEvents } from "../read-cloud-events.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { anything, flag, list, record, text } from "../typed-schema.ts";

const receipt = record("That an event was taken", {
  id: text("Of the event"),
  source: text("Of the event"),
  repeated: flag("It had come before"),
});

export const eventRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/events",
    access: "key",
    id: "putEvents",
    tag: "events",
    summary: "Takes CloudEvents: each starts runs and ends waits, once",
    about: "In binary mode the attributes are headers `ce-…`, and the body is the data.",
    body: {
      type: "raw",
      content: {
        "application/cloudevents+json": anything("One event (CloudEvents 1.0)"),
        "application/cloudevents-batch+json": list(
          `Up to ${limits.event_batch} events`,
          anything("An event"),
          {
            maxItems: limits.event_batch,
          },
        ),
        "application/json": anything("The data of an event in binary mode"),
      },
      required: false,
    },
    answers: { 202: answer("Taken", record("Receipts", { events: list("In their order", receipt) })) },
    errors: ["invalid_event", "inbox_bytes_full", "inbox_full"],
    handle: async ({ engine }, request, tenant) => {
      const receipts = await engine.putEvents(tenant, await readCloudEvents(request));
      return jsonAnswer(202, { events: receipts.map((one) => ({ ...one })) });
    },
  }),
];
