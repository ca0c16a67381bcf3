// What an attempt's end on the wire means by the language's rules, judged anew.

import type { Call } from "../history.ts";
import { type RetryModel, retryOf, type StepModel, undoRetryOf } from "../workload/model.ts";
import { memberOf } from "./evaluate.ts";

export interface Verdict {
  readonly kind: "success" | "status" | "parse" | "schema" | "network" | "timeout" | "too_large" | "unheard";
  readonly retryable: boolean;
  /** The status line said success: the step is to be undone. */
  readonly accepted: boolean;
  readonly reach: "no" | "answered" | "unknown";
}

const retriedByDefault: readonly string[] = ["408", "425", "429", "5xx", "network", "timeout"];

export function policyOf(step: StepModel, undo: boolean): RetryModel {
  if (!undo) return retryOf(step);
  if (step.compensate === null) throw new Error(`${step.id} has no compensation`);
  return undoRetryOf(step.compensate);
}

export function classify(step: StepModel, call: Call): Verdict {
  const { heard } = call;
  const on = policyOf(step, call.undo).on ?? retriedByDefault;
  const succeeds = (status: number) =>
    (status >= 200 && status <= 299) || (!call.undo && step.expect.includes(status));
  if (heard === null) return { kind: "unheard", retryable: false, accepted: false, reach: "unknown" };
  if (heard.type === "failure") {
    const kind = heard.reason as Verdict["kind"];
    const accepted = kind === "too_large" && call.answer !== null && succeeds(call.answer.status);
    return { kind, retryable: on.includes(kind), accepted, reach: heard.sent ? "unknown" : "no" };
  }
  const { status } = heard;
  if (!succeeds(status)) {
    const retryable = on.includes(String(status)) || on.includes(`${Math.floor(status / 100)}xx`);
    return { kind: "status", retryable, accepted: false, reach: "answered" };
  }
  const misfit = misfitOf(step, call);
  const retryable = misfit !== null && on.includes("schema");
  return { kind: misfit ?? "success", retryable, accepted: true, reach: "answered" };
}

function misfitOf(step: StepModel, call: Call): "parse" | "schema" | null {
  const body = parsedBody(call);
  if (body === undefined) return "parse";
  if (call.undo || !step.schema) return null;
  const id = memberOf(body, "id");
  return typeof id === "string" && id.startsWith("r") ? null : "schema";
}

/** Undefined when it is not JSON; null when it is empty. */
export function parsedBody(call: Call): unknown {
  const text = call.answer?.body ?? "";
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Longest delay before retry number `retry`, from 1. */
export function delayMs(policy: RetryModel, retry: number): number {
  const factor =
    policy.backoff === "exponential" ? 2 ** (retry - 1) : policy.backoff === "linear" ? retry : 1;
  return Math.min(policy.delayMs * factor, policy.maxDelayMs);
}

/** What the answer's `Retry-After` asks for at `now`, in milliseconds; 0 without one. */
export function retryAfterMs(call: Call, now: number): number {
  const text = call.answer?.headers["retry-after"];
  if (call.heard?.type !== "response" || text === undefined) return 0;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
