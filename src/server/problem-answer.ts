// An error as its caller reads it: problem details (RFC 9457).

import type { Json } from "../value/json.ts";
import { catalogue, DispatchedError, type ErrorCode } from "../value/problem.ts";
import { stringifyJson } from "../value/stringify-json.ts";
import type { ApiAnswer } from "./api-request.ts";

interface ProblemAnswer extends ApiAnswer {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function problemAnswer(
  error: DispatchedError,
  headers: Readonly<Record<string, string>> = {},
): ProblemAnswer {
  const { status } = catalogue[error.code];
  return {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
      ...retryAfter(error),
      ...headers,
    },
    body: stringifyJson(
      problemJson(error.code, error.message, error.hint, error.extra as Record<string, Json>),
    ),
  };
}

/** `Retry-After`, where the same request may succeed later. */
export function retryAfter({ code, retryable, extra }: DispatchedError): Readonly<Record<string, string>> {
  if (!retryable || catalogue[code].status === 500) return {};
  return { "retry-after": String(extra["retry_after"] ?? 1) };
}

export function problemJson(
  code: ErrorCode,
  detail: string,
  hint: string | null,
  extra: Readonly<Record<string, Json>>,
): Json {
  const { status, title } = catalogue[code];
  return {
    type: `/docs/errors/${code}`,
    title,
    status,
    code,
    detail,
    ...(hint === null ? {} : { hint }),
    ...extra,
  };
}

/** What is no error of ours is told as `internal`: its text may hold data. */
export function asDispatchedError(error: unknown): DispatchedError {
  if (error instanceof DispatchedError) return error;
  return new DispatchedError("internal", "something went wrong here; the log has the time and the place", {
    cause: error,
  });
}
