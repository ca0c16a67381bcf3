// Why an attempt, a step or a compensation failed: data, not an exception.

import type { Json } from "../value/json.ts";

/**
 * - `status`: a whole answer that is no success
 * - `parse`, `schema`: a success status whose body does not parse or fit
 * - `network`, `timeout`: no whole answer
 * - `too_large`: the answer exceeds `max_bytes`
 * - `blocked`: the address guard refused; never sent
 * - `request`: the request could not be made (secret missing, header not valid); never sent
 * - `evaluation`: a template or condition could not be evaluated; never sent
 * - `crash`: the engine crashed while the attempt was under way
 * - `step_timeout`: the step's own timeout passed
 * - `limit`: a limit of the run was reached
 * - `wait_timeout`: nothing came in time
 * - `poll_timeout`: the job was not done in time
 * - `pages`: there were more pages than `max_pages`
 * - `directive`: the called service said so
 * - `child`: the child run did not complete
 * - `strategy`: too few items succeeded
 */
export type FailureKind =
  | "status"
  | "parse"
  | "schema"
  | "network"
  | "timeout"
  | "too_large"
  | "blocked"
  | "request"
  | "evaluation"
  | "crash"
  | "step_timeout"
  | "limit"
  | "wait_timeout"
  | "poll_timeout"
  | "pages"
  | "directive"
  | "child"
  | "strategy";

/**
 * What reached the service, as far as it can be known.
 * - `no`: nothing was sent
 * - `answered`: a whole answer came, so the outcome is known
 * - `unknown`: sending may have begun and no whole answer came
 */
export type Reach = "no" | "answered" | "unknown";

export interface Failure {
  readonly kind: FailureKind;
  /** Stable: `http_503`, `schema_mismatch`, `connect`, `secret_not_found` … */
  readonly code: string;
  readonly message: string;
  readonly reach: Reach;
  /** The status line said success (2xx or one of `expect`), whatever came later: the step is to be undone. */
  readonly accepted: boolean;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: Json;
}

/** A failure before anything was sent. */
export function unsent(kind: FailureKind, code: string, message: string): Failure {
  return { kind, code, message, reach: "no", accepted: false, status: null, headers: null, body: null };
}
