// What an attempt's end means: success, a failure that may be retried, or a final one.

import type { RetryPolicy } from "../language/retry-policy.ts";
import type { ResponseRule } from "../language/workflow.ts";
import type { AnswerProblem, AttemptOutcome } from "./command.ts";
import type { Answer } from "./event.ts";
import type { Failure } from "./failure.ts";

export type Judgement =
  | { readonly type: "success"; readonly answer: Answer }
  | { readonly type: "failure"; readonly failure: Failure; readonly retryable: boolean };

/** 2xx, or one of `expect`. */
export function isSuccess(rule: ResponseRule, status: number): boolean {
  return (status >= 200 && status <= 299) || rule.expect.includes(status);
}

export function judgeAttempt(rule: ResponseRule, retry: RetryPolicy, outcome: AttemptOutcome): Judgement {
  if (outcome.type === "failure") return judgeFailure(rule, retry, outcome);
  const { answer, problem } = outcome;
  if (!isSuccess(rule, answer.status)) {
    const { statuses, classes } = retry.on;
    const retryable = statuses.has(answer.status) || classes.has(Math.floor(answer.status / 100));
    return { type: "failure", failure: refused(answer), retryable };
  }
  if (problem === null) return { type: "success", answer };
  return { type: "failure", failure: misfit(answer, problem), retryable: retry.on.schema };
}

function judgeFailure(
  rule: ResponseRule,
  retry: RetryPolicy,
  outcome: Extract<AttemptOutcome, { type: "failure" }>,
): Judgement {
  const { reason, status } = outcome;
  const failure: Failure = {
    kind: reason,
    code: outcome.code,
    message: outcome.message,
    reach: outcome.sent ? "unknown" : "no",
    accepted: status !== null && isSuccess(rule, status),
    status,
    headers: null,
    body: null,
  };
  const retryable = (reason === "network" && retry.on.network) || (reason === "timeout" && retry.on.timeout);
  return { type: "failure", failure, retryable };
}

function refused(answer: Answer): Failure {
  return {
    kind: "status",
    code: `http_${answer.status}`,
    message: `the service answered ${answer.status}`,
    reach: "answered",
    accepted: false,
    status: answer.status,
    headers: answer.headers,
    body: answer.body,
  };
}

const misfitCodes = {
  parse: "response_not_parsed",
  schema: "response_schema_mismatch",
  schema_work: "schema_too_much_work",
  charset: "response_charset",
} as const;

function misfit(answer: Answer, problem: AnswerProblem): Failure {
  return {
    kind: problem.kind === "schema" || problem.kind === "schema_work" ? "schema" : "parse",
    code: misfitCodes[problem.kind],
    message: problem.message,
    reach: "answered",
    accepted: true,
    status: answer.status,
    headers: answer.headers,
    body: answer.body,
  };
}
