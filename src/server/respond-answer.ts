// What a workflow responds, as the answer to its synchronous caller.

import type { Responded } from "../run/event.ts";
import { DispatchedError } from "../value/problem.ts";
import { type ApiAnswer, jsonType } from "./api-request.ts";
import { jsonBodyOf } from "./json-body.ts";
import { problemAnswer } from "./problem-answer.ts";

/** Answers with these statuses have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const bodiless = new Set([204, 205, 304]);
/** They concern the connection or are ours: a workflow cannot set them. */
const kept = new Set([
  "connection",
  "content-length",
  "dispatched-run",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

export function respondAnswer(run: string, responded: Responded): ApiAnswer {
  const { status, headers, problem } = responded;
  if (problem !== null) {
    const error = new DispatchedError("respond_failed", `the answer of the run cannot be made: ${problem}`, {
      hint: `the run itself goes on; GET /api/runs/${run} tells how it does`,
      extra: { run },
    });
    return problemAnswer(error, { "dispatched-run": run });
  }
  const set = headers.filter(([name]) => !kept.has(name.toLowerCase()));
  const names = new Set(set.map(([name]) => name.toLowerCase()));
  const ours: (readonly [string, string])[] = [["dispatched-run", run]];
  if (!names.has("cache-control")) ours.push(["cache-control", "no-store"]);
  if (bodiless.has(status)) return { status, headers: [...ours, ...set], body: null };
  if (!names.has("content-type")) ours.push(["content-type", jsonType]);
  return { status, headers: [...ours, ...set], body: jsonBodyOf(responded, "body") };
}
