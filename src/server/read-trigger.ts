// What a request that starts a run brings.

import { droppedHeaders } from "../language/request/arrived-headers.ts";
import type { TriggerData } from "../run/event.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "./api-request.ts";
import { type JsonBody, jsonOf } from "./read-json-body.ts";

const unsafeNames = new Set(["__proto__", "constructor", "prototype"]);

export type RequestHead = Pick<ApiRequest, "method" | "headers" | "query">;

/**
 * The body is JSON, or a form: an object of texts, lists of them for names that come again. `version` of the query is ours.
 * Errors: those of `readJsonBody`, `unsafe_key`.
 */
export async function readTrigger(request: ApiRequest): Promise<TriggerData> {
  const { version: _ours, ...query } = queryOf(request.query);
  return { ...triggerOf(request, await readBody(request, limits.request_body_bytes)), query };
}

/** With the whole query. Errors: as of `readTrigger`, of a body that was read. */
export function triggerOf(request: RequestHead, text: string): TriggerData {
  return {
    type: "http",
    method: request.method,
    headers: recordedHeaders(request),
    query: queryOf(request.query),
    body: bodyOf(request, text).value,
    rawBody: text,
  };
}

/** Those that may be recorded. */
export function recordedHeaders({ headers }: RequestHead): TriggerData["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !droppedHeaders.has(name)));
}

function bodyOf(request: RequestHead, text: string): JsonBody {
  if (mediaTypeOf(request) !== "application/x-www-form-urlencoded") return jsonOf(request, text);
  return { text, value: pairsOf(new URLSearchParams(text), "a field of a form") };
}

function queryOf(query: URLSearchParams): TriggerData["query"] {
  return pairsOf(query, "a query parameter");
}

function pairsOf(pairs: URLSearchParams, what: string): Record<string, string | readonly string[]> {
  const found = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    if (unsafeNames.has(name))
      throw new DispatchedError("unsafe_key", `${what} may not have the name "${name}"`);
    const before = found.get(name);
    if (before === undefined) found.set(name, value);
    else if (typeof before === "string") found.set(name, [before, value]);
    else before.push(value);
  }
  return Object.fromEntries(found);
}
