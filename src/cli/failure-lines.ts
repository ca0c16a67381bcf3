// What a failure in the log says to people: its word, its message, the call and the answer.

import { isJsonObject, type Json, type JsonObject, member } from "../value/json.ts";
import { stringifyJson } from "../value/stringify-json.ts";

const answerCharactersMax = 160;

/** Of an event that has one; else empty. */
function failureOf(data: JsonObject): JsonObject {
  return objectIn(data, "failure") ?? {};
}

/** The status of the answer, or the kind of failure. */
export function failureWord(data: JsonObject): string {
  const failure = failureOf(data);
  return String(member(failure, "status") ?? member(failure, "kind") ?? "");
}

/** Its message, the call as it was recorded, and what the service answered. */
export function failureLines(data: JsonObject, request: JsonObject | null): readonly string[] {
  const failure = failureOf(data);
  const lines = [String(member(failure, "message") ?? "")];
  if (request !== null) {
    lines.push(`${String(member(request, "method") ?? "")} ${addressOf(member(request, "url"))}`);
  }
  const body = member(failure, "body") ?? null;
  if (body !== null) lines.push(answerLine(body));
  return lines;
}

/** `response.body.error = "…"` where the body says it so, else the body. */
function answerLine(body: Json): string {
  const object = isJsonObject(body) ? body : null;
  const name = ["error", "message", "detail"].find(
    (key) => object !== null && member(object, key) !== undefined,
  );
  const told = object === null || name === undefined ? body : (member(object, name) ?? null);
  const text = stringifyJson(told);
  const shown = text.length > answerCharactersMax ? `${text.slice(0, answerCharactersMax)}…` : text;
  return `response.body${name === undefined ? "" : `.${name}`} = ${shown}`;
}

/** Secrets stand in it by their names, as shells write variables. */
function addressOf(url: Json | undefined): string {
  if (!Array.isArray(url)) return String(url ?? "");
  return url
    .map((part: Json) => {
      if (!isJsonObject(part)) return String(part);
      const name = String(member(part, "secret"));
      return /^\w+$/.test(name) ? `$${name}` : "$lua";
    })
    .join("");
}

export function objectIn(data: JsonObject, name: string): JsonObject | null {
  const value = member(data, name);
  return value !== undefined && isJsonObject(value) ? value : null;
}

/** The status of an answer or a result, as text. */
export function statusWord(data: JsonObject, name: string): string {
  const value = objectIn(data, name);
  const status = value === null ? undefined : member(value, "status");
  return status === undefined ? "" : String(status);
}
