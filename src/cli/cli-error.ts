// An error as the terminal tells it: what happened, and what to do next.

import type { ClientProblemCode } from "../value/client-problems.ts";
import type { ErrorCode } from "../value/problem.ts";

export class CliError extends Error {
  readonly code: ErrorCode | ClientProblemCode;
  readonly hint: string | null;
  /** What is wrong with a text that was given, in lines for people. */
  readonly source: readonly string[];

  constructor(
    code: ErrorCode | ClientProblemCode,
    message: string,
    hint: string | null = null,
    source: readonly string[] = [],
  ) {
    super(message);
    this.name = "CliError";
    this.code = code;
    this.hint = hint;
    this.source = source;
  }
}
