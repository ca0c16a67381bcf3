// How much data an event records, for the limit of a run.

import type { RecordedBody, RecordedRequest } from "../language/recorded-request.ts";
import type { Json } from "../value/json.ts";
import { jsonSize, memberSize } from "../value/json-size.ts";
import { storedAt } from "../value/stored-body.ts";
import type { Answer, CarriedOutcome, RunCreated, RunEventBody, StepResult, TriggerData } from "./event.ts";
import type { Failure } from "./failure.ts";

/** About the bytes of bodies and values in `event`: requests, answers, failures' bodies, trigger, labels, output. */
export function recordedBytes(event: RunEventBody): number {
  switch (event.type) {
    case "run.created":
      return memberSize(event.trigger, "body") + rawBytes(event.trigger) + nameBytes(event);
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
      return holderBytes(event.answer ?? event.failure);
    case "step.paged":
    case "item.paged":
      return event.items === null ? holderBytes(event.failure) : memberSize(event, "items");
    case "step.retrying":
    case "item.retrying":
    case "step.failed":
    case "item.failed":
    case "compensation.retrying":
    case "compensation.failed":
      return holderBytes(event.failure);
    case "compensation.succeeded":
      return holderBytes(event.answer);
    case "strategy.started":
      return jsonSize(event.over) + jsonSize(event.initial);
    case "wait.started":
    case "step.skipped":
      return holderBytes(event.answer);
    case "signal.received":
    case "child.started":
      return memberSize(event, "body");
    case "value.computed":
      return jsonSize(event.value);
    case "step.carried":
    case "item.carried":
      return carriedBytes(event.outcome);
    case "run.responded":
      return memberSize(event, "body");
    case "run.completed":
      return memberSize(event, "output");
    default:
      return 0;
  }
}

/** Of a body, or of none. */
function holderBytes(holder: Answer | Failure | null | undefined): number {
  return holder === null || holder === undefined ? jsonSize(null) : memberSize(holder, "body");
}

/** As its length, without quotes. */
function rawBytes(trigger: TriggerData): number {
  const stored = storedAt(trigger, "rawBody");
  return stored === null ? (trigger.rawBody?.length ?? 0) : stored.body.size - 2;
}

/** Of what a run is found by. */
function nameBytes({ labels, slotKey = "" }: RunCreated): number {
  return labels.reduce((sum, [name, value]) => sum + name.length + value.length, slotKey.length);
}

function carriedBytes({ result, answer, signals, failure }: CarriedOutcome): number {
  const holders = [answer, failure, ...(signals ?? [])].filter((holder) => holder !== null);
  const bytes = holders.reduce((sum, holder) => sum + memberSize(holder, "body"), 0);
  return bytes + (result === null ? 0 : resultBytes(result));
}

function resultBytes(result: StepResult): number {
  switch (result.type) {
    case "response":
      return memberSize(result, "body");
    case "paged":
      return memberSize(result, "items");
    case "value":
      return memberSize(result, "value");
    case "child":
      return memberSize(result, "output");
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
      return memberSize(body, "value");
  }
}
