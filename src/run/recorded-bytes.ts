// How much data an event records, for the limit of a run.

import type { RecordedRequest } from "../language/recorded-request.ts";
import type { Json } from "../value/json.ts";
import { jsonSize } from "../value/json-size.ts";
import type { RunEventBody } from "./event.ts";

/** About the bytes of bodies and values in `event`: requests, answers, failures' bodies, trigger, output. */
export function recordedBytes(event: RunEventBody): number {
  switch (event.type) {
    case "run.created":
      return jsonSize(event.trigger.body) + (event.trigger.rawBody?.length ?? 0);
    case "step.started":
    case "compensation.started":
      return requestBytes(event.request);
    case "step.succeeded":
      return jsonSize(event.result.type === "value" ? event.result.value : event.result.body);
    case "step.retrying":
    case "step.failed":
    case "compensation.retrying":
    case "compensation.failed":
      return jsonSize(event.failure.body);
    case "compensation.succeeded":
      return jsonSize(event.answer.body);
    case "run.completed":
      return jsonSize(event.output);
    default:
      return 0;
  }
}

function requestBytes(request: RecordedRequest): number {
  const { body } = request;
  if (body === null) return 0;
  return body.type === "json" ? jsonSize(body.value) : jsonSize(body.value as Json);
}
