// What a request that starts a run brings.

import type { TriggerData } from "../run/event.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ApiRequest } from "./api-request.ts";
import { readJsonBody } from "./read-json-body.ts";

/** Not `version`, which is ours. */
const unsafeNames = new Set(["__proto__", "constructor", "prototype"]);
/** Never recorded: our own credentials, those of others, and what concerns one connection only. */
const droppedHeaders = new Set([
  "dispatched-session",
  "dispatched-key",
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

/** Errors: those of `readJsonBody`, `unsafe_key`. */
export async function readTrigger(request: ApiRequest): Promise<TriggerData> {
  const { text, value } = await readJsonBody(request);
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

function queryOf(query: URLSearchParams): TriggerData["query"] {
  const names = [...new Set(query.keys())].filter((name) => name !== "version");
  const unsafe = names.find((name) => unsafeNames.has(name));
  if (unsafe !== undefined) {
    throw new DispatchedError("unsafe_key", `a query parameter may not have the name "${unsafe}"`);
  }
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}
