// Where an event holds bodies.

import type { RecordedBody, RecordedContent, RecordedPart } from "../language/recorded-request.ts";
import type { CarriedOutcome, RunEvent, StepResult } from "../run/event.ts";
import { storedAt } from "../value/stored-body.ts";

type Path = readonly (string | number)[];

/** Paths of the members of `event` that may be large and are stored apart from it when they are. */
export function bodyPlaces(event: RunEvent): readonly Path[] {
  switch (event.type) {
    case "run.created":
      return [
        ["trigger", "body"],
        ["trigger", "rawBody"],
      ];
    case "step.started":
    case "item.started":
    case "compensation.started":
      return event.request === null ? [] : under("request", requestPlaces(event.request));
    case "step.succeeded":
    case "item.succeeded":
      return under("result", resultPlaces(event.result));
    case "step.polled":
    case "item.polled":
    case "compensation.polled":
      return [...held("answer", event.answer), ...held("failure", event.failure)];
    case "step.paged":
    case "item.paged":
    case "step.retrying":
    case "item.retrying":
    case "step.failed":
    case "item.failed":
    case "compensation.retrying":
    case "compensation.failed":
      return held("failure", event.failure);
    case "run.ending":
      return "failure" in event.cause ? [["cause", "failure", "body"]] : [];
    case "wait.started":
    case "step.skipped":
    case "compensation.succeeded":
      return held("answer", event.answer ?? null);
    case "child.started":
    case "signal.received":
    case "run.responded":
      return [["body"]];
    case "run.completed":
      return [["output"]];
    case "step.carried":
    case "item.carried":
      return under("outcome", outcomePlaces(event.outcome));
    default:
      return [];
  }
}

function under(name: string, paths: readonly Path[]): readonly Path[] {
  return paths.map((path) => [name, ...path]);
}

function held(name: string, holder: object | null): readonly Path[] {
  return holder === null ? [] : [[name, "body"]];
}

function requestPlaces({
  body,
  late,
}: {
  readonly body: RecordedBody | null;
  readonly late?: object;
}): readonly Path[] {
  const context: readonly Path[] = late === undefined ? [] : [["late", "context"]];
  if (body === null || body.type === "form") return context;
  if (body.type !== "multipart") return [...context, ...under("body", contentPlaces(body))];
  const parts = body.parts.flatMap(({ content }, part) =>
    contentPlaces(content).map((path) => ["body", "parts", part, "content", ...path]),
  );
  return [...context, ...parts];
}

function contentPlaces(content: RecordedContent): readonly Path[] {
  if (content.type === "json") {
    const holes = content.holes.flatMap(({ text }, hole) => under("holes", partPlaces(text, [hole, "text"])));
    return [["value"], ...holes];
  }
  if (content.type !== "text" || storedAt(content, "value") !== null) return [["value"]];
  const { value } = content;
  return typeof value === "string" ? [["value"]] : partPlaces(value, ["value"]);
}

/** Of a text with secrets what stands between them: the references stay in the event, where they are looked for. */
function partPlaces(parts: readonly RecordedPart[], path: Path): readonly Path[] {
  return Array.from({ length: parts.length }, (_, place) => place)
    .filter((place) => storedAt(parts, place) !== null || typeof parts[place] === "string")
    .map((place) => [...path, place]);
}

function resultPlaces({ type }: StepResult): readonly Path[] {
  switch (type) {
    case "response":
      return [["body"]];
    case "value":
      return [["value"]];
    case "child":
      return [["output"]];
    default:
      return [];
  }
}

function outcomePlaces({ result, answer, failure, signals }: CarriedOutcome): readonly Path[] {
  const own = result === null ? [] : under("result", resultPlaces(result));
  const taken = (signals ?? []).map((_, place) => ["signals", place, "body"]);
  return [...own, ...held("answer", answer), ...held("failure", failure), ...taken];
}
