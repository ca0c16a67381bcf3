// How much data an event records, for the limit of a run.

import type { RecordedBody, RecordedRequest } from "../language/recorded-request.ts";
import type { Json } from "../value/json.ts";
import { jsonSize } from "../value/json-size.ts";
import type { CarriedOutcome, RunEventBody, StepResult } from "./event.ts";

/** About the bytes of bodies and values in `event`: requests, answers, failures' bodies, trigger, output. */
export function recordedBytes(event: RunEventBody): number {
  switch (event.type) {
    case "run.created":
      return jsonSize(event.trigger.body) + (event.trigger.rawBody?.length ?? 0);
    case "step.started":
    case "item.started":
      return requestBytes(event.request);
    case "compensation.started":
      return event.request === null ? 0 : requestBytes(event.request);
    case "step.succeeded":
    case "item.succeeded":
      return resultBytes(event.result);
    case "step.polled":
    case "item.polled":
    case "compensation.polled":
      return jsonSize(event.answer?.body ?? event.failure?.body ?? null);
    case "step.paged":
    case "item.paged":
      return jsonSize(event.items ?? event.failure?.body ?? null);
    case "step.retrying":
    case "item.retrying":
    case "step.failed":
    case "item.failed":
    case "compensation.retrying":
    case "compensation.failed":
      return jsonSize(event.failure.body);
    case "compensation.succeeded":
      return jsonSize(event.answer?.body ?? null);
    case "strategy.started":
      return jsonSize(event.over) + jsonSize(event.initial);
    case "wait.started":
      return jsonSize(event.answer?.body ?? null);
    case "signal.received":
    case "child.started":
      return jsonSize(event.body);
    case "value.computed":
      return jsonSize(event.value);
    case "step.carried":
    case "item.carried":
      return carriedBytes(event.outcome);
    case "run.responded":
      return jsonSize(event.body);
    case "run.completed":
      return jsonSize(event.output);
    default:
      return 0;
  }
}

function carriedBytes({ result, answer, signals, failure }: CarriedOutcome): number {
  const bodies = [answer?.body, failure?.body, ...(signals ?? []).map((signal) => signal.body)];
  const bytes = bodies.reduce<number>((sum, body) => sum + (body === undefined ? 0 : jsonSize(body)), 0);
  return bytes + (result === null ? 0 : resultBytes(result));
}

function resultBytes(result: StepResult): number {
  switch (result.type) {
    case "response":
      return jsonSize(result.body);
    case "paged":
      return jsonSize(result.items);
    case "value":
      return jsonSize(result.value);
    case "child":
      return jsonSize(result.output);
    default:
      return 0;
  }
}

function requestBytes(request: RecordedRequest): number {
  const { body, late } = request;
  const context = late === undefined ? 0 : jsonSize(late.context);
  return context + (body === null ? 0 : bodyBytes(body));
}

function bodyBytes(body: RecordedBody): number {
  switch (body.type) {
    case "form":
      return jsonSize(body.fields as Json);
    case "multipart":
      return body.parts.reduce((sum, part) => sum + part.name.length + bodyBytes(part.content), 0);
    default:
      return jsonSize(body.value as Json);
  }
}
