// Headers that answers of many routes carry: each is described once, and referred to.

import type { JsonObject } from "../../value/json.ts";
import { catalogue, type ErrorCode } from "../../value/problem.ts";
import type { Route } from "../route.ts";
import { isJudged } from "./errors-of.ts";

type CommonHeader = "RateLimit" | "RateLimit-Policy" | "Retry-After" | "Dispatched-Session";

const about: Readonly<Record<CommonHeader, string>> = {
  RateLimit: "What is left of the quota, and seconds until it is whole; on problems, too",
  "RateLimit-Policy": "The quota, and the seconds of its window; on problems, too",
  "Retry-After": "Seconds after which the same request may be made again",
  "Dispatched-Session": "To who came with a run token: a fresh one",
};

export const commonHeaders: JsonObject = Object.fromEntries(
  Object.entries(about).map(([name, description]) => [name, { description, schema: { type: "string" } }]),
);

const ofRate = ["RateLimit", "RateLimit-Policy"] as const;
/** Those that may be tried again though their status does not say so. */
const triedAgain: ReadonlySet<ErrorCode> = new Set(["rotation_under_way"]);

/** Of an answer that is no problem. */
export function answerHeaders(route: Route): JsonObject {
  const isOfRun = route.access === "run" || route.access === "run_or_key";
  return refer([...(isJudged(route) ? ofRate : []), ...(isOfRun ? (["Dispatched-Session"] as const) : [])]);
}

/** The other problems of a route whose requests are counted tell what is left, too; that is not said at each. */
export function problemHeaders(codes: readonly ErrorCode[]): JsonObject {
  const mayRetry = codes.some((code) => [429, 503].includes(catalogue[code].status) || triedAgain.has(code));
  return refer([
    ...(codes.includes("rate_limited") ? ofRate : []),
    ...(mayRetry ? (["Retry-After"] as const) : []),
  ]);
}

function refer(names: readonly CommonHeader[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
