// Every code that a route may answer with: its own, and those that follow from its access, query and body.

import { catalogue, type ErrorCode } from "../../value/problem.ts";
import type { Route } from "../route.ts";

/** Whatever is asked, in the order of `errorsOf`. */
export const errorsOfAll: readonly ErrorCode[] = [
  "bad_request",
  "invalid_header",
  "request_timeout",
  "expectation_failed",
  "headers_too_large",
  "internal",
  "sealed_data_damaged",
  "locked",
  "shutting_down",
  "store_rolled_back",
  "store_unavailable",
];
const ofBody: readonly ErrorCode[] = ["unsupported_media_type", "body_too_large"];
const ofJson: readonly ErrorCode[] = ["invalid_json", "number_out_of_range", "json_too_deep", "unsafe_key"];

/** Whether the caller is known before anything else: then the requests of its tenant are counted. */
export function isJudged({ access }: Route): boolean {
  return !["anyone", "hook", "handshake", "link"].includes(access);
}

/** In the order of their statuses, then by name. */
export function errorsOf(route: Route): readonly ErrorCode[] {
  const { access, body, errors, query } = route;
  const isKnown = isJudged(route);
  const takesJson = body !== undefined && (body.type === "json" || "application/json" in body.content);
  const codes = new Set<ErrorCode>([
    ...errorsOfAll,
    ...errors,
    ...(isKnown ? (["unauthenticated", "wrong_key", "too_many_open_requests"] as const) : []),
    ...(isKnown || access === "hook" ? (["rate_limited"] as const) : []),
    ...(route.anyQuery !== true || query !== undefined ? (["invalid_query"] as const) : []),
    ...(body === undefined ? [] : ofBody),
    ...(takesJson ? ofJson : []),
    ...(body?.type === "json" ? (["invalid_body"] as const) : []),
  ]);
  const statusOf = (code: ErrorCode) => catalogue[code].status;
  return [...codes].sort((a, b) => statusOf(a) - statusOf(b) || (a < b ? -1 : 1));
}
