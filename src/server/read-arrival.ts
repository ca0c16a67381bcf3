// What comes to a hook, read or not: of what cannot be read there is still something to be kept.

import type { DeliveryContent } from "../engine/delivery-content.ts";
import type { HookRequest } from "../engine/inbox-api.ts";
import { base64Url } from "../value/base64-url.ts";
import { limits } from "../value/limits.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiRequest, readBytes, textOf } from "./api-request.ts";
import { idempotencyKeyOf } from "./idempotency-key-of.ts";
import { type RequestHead, recordedHeaders, triggerOf } from "./read-trigger.ts";

export type Arrival =
  | { readonly type: "read"; readonly request: HookRequest }
  | { readonly type: "unreadable"; readonly content: DeliveryContent; readonly error: DispatchedError };

/** Errors: none but what is wrong here. */
export async function readArrival(request: ApiRequest): Promise<Arrival> {
  let bytes: Uint8Array | null = null;
  try {
    bytes = await readBytes(request, limits.request_body_bytes);
    return { type: "read", request: requestOf(request, textOf(bytes)) };
  } catch (error) {
    if (!(error instanceof DispatchedError)) throw error;
    return { type: "unreadable", content: contentOf(request, bytes), error };
  }
}

/** A delivery as it came, to be taken once more. Errors: as of `readTrigger`, `bad_request`. */
export function readDelivery({ method, headers, query, body, encoding }: DeliveryContent): HookRequest {
  if (encoding !== "utf-8") throw new DispatchedError("bad_request", "the body is not UTF-8 text");
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : value.map((one) => [name, one]),
  );
  return requestOf({ method, headers, query: new URLSearchParams(pairs) }, body);
}

function requestOf(head: RequestHead, text: string): HookRequest {
  return { trigger: triggerOf(head, text), idempotencyKey: idempotencyKeyOf(head) };
}

function contentOf(request: ApiRequest, bytes: Uint8Array | null): DeliveryContent {
  const { method, query } = request;
  const head = { method, headers: recordedHeaders(request), query: Object.fromEntries(query) };
  if (bytes === null) return { ...head, body: "", encoding: "utf-8", whole: false };
  try {
    return { ...head, body: textOf(bytes), encoding: "utf-8", whole: true };
  } catch {
    return { ...head, body: base64Url(bytes), encoding: "base64url", whole: true };
  }
}
