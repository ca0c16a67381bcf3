// What a client throws: the server's problem, or that the server cannot be reached.

import type { ProblemResource } from "./resources.ts";

export class ClientError extends Error {
  /** The problem's code, or `unreachable`. */
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly problem: ProblemResource | null;
  /** As the server said it; null when it said nothing. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: string,
    status: number,
    message: string,
    problem: ProblemResource | null,
    retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.name = "ClientError";
    this.code = code;
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** No answer of the server came: none at all, or that of a proxy which could not reach it. It may have done what was asked. */
  get isUnanswered(): boolean {
    return this.code === "unreachable" && (this.status === 0 || this.status >= 500);
  }
}
