// What a request that starts a run brings.

import type { TriggerData } from "../run/event.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiRequest, mediaTypeOf, readBody } from "./api-request.ts";
import { type JsonBody, readJsonBody } from "./read-json-body.ts";

/** Not `version`, which is ours. */
const unsafeNames = new Set(["__proto__", "constructor", "prototype"]);
/** Never recorded: our own credentials, those of others, and what concerns one connection only. */
const droppedHeaders = new Set([
  "dispatched-session",
  "dispatched-key",
  "dispatched-export",
  "authorization",
  "proxy-authorization",
  "cookie",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "expect",
  "host",
]);

/** The body is JSON, or a form: an object of texts, lists of them for names that come again. Errors: those of `readJsonBody`, `unsafe_key`. */
export async function readTrigger(request: ApiRequest): Promise<TriggerData> {
  const { text, value } = await readTriggerBody(request);
  return {
    type: "http",
    method: request.method,
    headers: Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !droppedHeaders.has(name)),
    ),
    query: queryOf(request.query),
    body: value,
    rawBody: text,
  };
}

async function readTriggerBody(request: ApiRequest): Promise<JsonBody> {
  if (mediaTypeOf(request) !== "application/x-www-form-urlencoded") return readJsonBody(request);
  const text = await readBody(request, limits.request_body_bytes);
  return { text, value: pairsOf(new URLSearchParams(text), "a field of a form", () => true) };
}

function queryOf(query: URLSearchParams): TriggerData["query"] {
  return pairsOf(query, "a query parameter", (name) => name !== "version");
}

function pairsOf(
  pairs: URLSearchParams,
  what: string,
  isWanted: (name: string) => boolean,
): Record<string, string | readonly string[]> {
  const names = [...new Set(pairs.keys())].filter(isWanted);
  const unsafe = names.find((name) => unsafeNames.has(name));
  if (unsafe !== undefined)
    throw new DispatchedError("unsafe_key", `${what} may not have the name "${unsafe}"`);
  return Object.fromEntries(
    names.map((name) => {
      const values = pairs.getAll(name);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}
