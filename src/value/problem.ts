// The one catalogue of errors that people and programs meet, and the one error that the shell throws.

import { apiProblems } from "./api-problems.ts";
import { goingAgainProblems } from "./going-again-problems.ts";
import { inboxProblems } from "./inbox-problems.ts";
import { processProblems } from "./process-problems.ts";
import { signingProblems } from "./signing-problems.ts";

interface CatalogueEntry {
  /** HTTP status of the answer. */
  readonly status: number;
  readonly title: string;
  /** What it means and what to do, for the page of the code. */
  readonly about: string;
}

/** Each code has a page in `docs/errors`; a test holds the two together. */
export const catalogue = {
  bad_request: {
    status: 400,
    title: "The request cannot be understood",
    about:
      "The request was cut off, is not valid HTTP/1.1, names no valid host, or its body is not UTF-8 text. Send it again, whole.",
  },
  invalid_json: {
    status: 400,
    title: "The body is not valid JSON",
    about: "The body must be strict JSON (RFC 8259). The message says where reading stopped.",
  },
  number_out_of_range: {
    status: 400,
    title: "A number is beyond the range of a double",
    about:
      "A number such as `1e999` has no value as a double. Integers of any size up to that range stay exact.",
  },
  json_too_deep: {
    status: 400,
    title: "The JSON is nested too deep",
    about: "Objects and lists may be nested 256 deep.",
  },
  unsafe_key: {
    status: 400,
    title: "An object has a key that is refused",
    about:
      "The keys `__proto__`, `constructor` and `prototype` are refused in what callers send, because they are used in attacks on programs that read the data. Rename the key.",
  },
  invalid_header: {
    status: 400,
    title: "A header is not valid",
    about: "A header holds a character that it may not, is too long, or contradicts another.",
  },
  invalid_cursor: {
    status: 400,
    title: "The cursor is not one that we gave",
    about:
      "A cursor belongs to one list with one set of filters. Take `next` of the page before, or begin again without a cursor.",
  },
  invalid_query: {
    status: 400,
    title: "A query parameter is not valid",
    about: "The message says which parameter and what it may be.",
  },
  wrong_key: {
    status: 403,
    title: "The key is not the tenant's",
    about:
      "The private key that was used does not belong to the data that are stored for this tenant, so that nothing of it could be read, and nothing was written with it. Sign in with the tenant's own private key; after a rotation that is the new one.",
  },
  unauthenticated: {
    status: 401,
    title: "No valid session",
    about:
      "The request brings no credential that this address takes, or one that has ended: a session ends an hour after its sign-in. `dispatched login` signs in, and `dispatched token` prints the token for the header `Dispatched-Session`. An API key alone, in `Dispatched-Key`, starts workflows and sends signals and events, and reads nothing.",
  },
  handshake_refused: {
    status: 401,
    title: "The handshake was refused",
    about:
      "API key, private key and its generation, server key, address and purpose must all fit, and a handshake must be finished within 60 seconds, once. After a rotation only the new private key fits. The answer does not say which did not, so that nobody can probe for them. With a recovery sheet, the API key is the one that counts now, and the address the sheet's `origin`. Check them, and begin a new handshake.",
  },
  sign_in_link_refused: {
    status: 401,
    title: "The sign-in link was refused",
    about:
      "The code was used before, is older than 60 seconds, was cut, or the session that made it has ended. The answer does not say which. `dispatched open` makes another. When nobody of yours has used it, somebody else has: `dispatched sessions list` shows the sessions that links opened, and `dispatched sessions end` ends one.",
  },
  session_not_found: {
    status: 404,
    title: "The tenant has no such session",
    about:
      "No session that lasts has this id: it has ended, or it is another tenant's. `dispatched sessions list` shows those that last.",
  },
  private_key_needed: {
    status: 403,
    title: "This needs the private key itself",
    about:
      "A session does not do this: sign-in links made by a session that came of one, key rotation, recovery sheets, grants, exports of the audit log, another API key, the end of a tenant. Each is a handshake of its own with the tenant's private key: use the command line on a machine that has it, such as `dispatched key rotate` or `dispatched grant create`, or give the page the key.",
  },
  rotation_under_way: {
    status: 409,
    title: "A rotation is under way",
    about:
      "The tenant's key is being replaced already, and the next rotation begins when this one is over. It goes on wherever somebody of the tenant is signed in; `dispatched key rotation` says how far it is.",
  },
  registration_closed: {
    status: 403,
    title: "This server makes no tenant for you",
    about:
      "Registration is closed here, or asks for an invitation that was not given or is another. Ask whoever runs the server for one, and give it with `--invite`. Who runs it opens registration by `DISPATCHED_REGISTRATION`, which is `closed` by default, under `dispatched dev` too.",
  },
  too_many_attempts: {
    status: 429,
    title: "Too many attempts failed",
    about:
      "Too many handshakes failed, or too many tenants were registered, from this address or for this tenant. `Retry-After` says when the next may be tried. Check the keys meanwhile: trying the same again fails again.",
  },
  not_found: {
    status: 404,
    title: "There is nothing at this address",
    about: "No route has this address. The addresses are listed in the reference of the HTTP API.",
  },
  method_not_allowed: {
    status: 405,
    title: "The address does not take this method",
    about: "The address exists, but takes other methods; the message names them.",
  },
  workflow_not_found: {
    status: 404,
    title: "No workflow has this name",
    about:
      "Nothing is stored under this name. `dispatched workflow list` shows what is; `dispatched workflow put FILE` stores one.",
  },
  workflow_deleted: {
    status: 409,
    title: "The workflow was deleted",
    about:
      "Nothing new starts by it: no start, schedule, event, hook, child or rerun. Runs that were active went on, and past ones can be read. Put a version above its highest, and it is there again; its hooks and its grant are not.",
  },
  version_not_found: {
    status: 404,
    title: "The workflow has no such version",
    about: "The workflow exists, but not in this version. Leave the version out to run the highest.",
  },
  run_not_found: {
    status: 404,
    title: "No run has this id",
    about:
      "The id is mistyped, or the run belongs to another tenant or data folder. `dispatched runs list` shows the runs that are there.",
  },
  body_not_found: {
    status: 404,
    title: "The run has no such body",
    about: "The number is mistyped. Those that are there stand in `stored` of the run and of its events.",
  },
  bulk_not_found: {
    status: 404,
    title: "No bulk action has this id",
    about:
      "The id is mistyped, belongs to another tenant, or the action ended more than 7 days ago. `dispatched bulk list` shows those that are there.",
  },
  signal_unknown: {
    status: 404,
    title: "The workflow waits for no such signal",
    about: "The names of signals stand in `wait.signal`, `wait.any` and `wait.all` of the workflow's steps.",
  },
  callback_unknown: {
    status: 404,
    title: "Nobody waits for this callback",
    about: "The address is not one that the engine made, or its run is no longer kept.",
  },
  ...goingAgainProblems,
  wait_over: {
    status: 410,
    title: "The wait has ended",
    about:
      "It was answered before, timed out, or its run ended. The same `Idempotency-Key` as the first answer is harmless.",
  },
  invalid_event: {
    status: 422,
    title: "The event is not a CloudEvent",
    about:
      "An event follows CloudEvents 1.0: `specversion`, `id`, `source` and `type` are required. It may be sent structured, batched or in binary mode.",
  },
  invalid_concurrency_key: {
    status: 422,
    title: "The key of the run's place cannot be evaluated",
    about: "`concurrency.key` of the workflow is a template over `trigger`. The message says what is wrong.",
  },
  concurrency_limit: {
    status: 429,
    title: "The limit of runs of this key is reached",
    about:
      "The workflow has `concurrency` with `on_limit: reject`. Try again when a run has ended. A `workflow` step whose child is refused so fails with this code.",
  },
  ...inboxProblems,
  ...apiProblems,
  ...signingProblems,
  too_many_signals: {
    status: 429,
    title: "The run has too many signals",
    about:
      "A run keeps up to 1,000 signals that no wait has taken yet. A signal that an open wait takes is taken all the same.",
  },
  secret_not_found: {
    status: 404,
    title: "No secret has this name",
    about:
      "No secret has this name. `dispatched secret set NAME` stores one. A call that needs a secret which is not there fails and is not sent. A hook whose workflow's `verify` names one takes nothing: its sender is told `signature_invalid`, and the delivery has this code.",
  },
  version_conflict: {
    status: 409,
    title: "This version is stored with other content",
    about:
      "A stored version never changes, so that runs that began with it end with it. Raise `version` in the document above the highest that is stored, and put it again: the highest is in force.",
  },
  name_mismatch: {
    status: 409,
    title: "The document names another workflow",
    about: "The address names one workflow and the document another. Put the document under its own name.",
  },
  run_ended: {
    status: 409,
    title: "The run has ended",
    about: "The run has reached its end, and an end is final. There is nothing left to cancel.",
  },
  run_cancelled: {
    status: 409,
    title: "The run was cancelled",
    about:
      "The run that this call waited for was cancelled by somebody. The problem says how far it was undone.",
  },
  no_http_trigger: {
    status: 409,
    title: "The workflow has no http trigger",
    about:
      "Only a workflow with a trigger of type `http` can be started by a call. Add `- type: http` to `triggers`.",
  },
  request_timeout: {
    status: 408,
    title: "The request came too slowly",
    about:
      "The headers must have come within 20 seconds and the whole request within 60; the connection was closed. Nothing was started. Send it again.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    about: "Bodies of triggers may have 1 MiB, documents 256 KiB, secrets 64 KiB.",
  },
  unsupported_media_type: {
    status: 415,
    title: "The content type is not one that is taken here",
    about: "Set `content-type` to what the address takes; the message names it.",
  },
  invalid_document: {
    status: 422,
    title: "The workflow document has problems",
    about:
      "All problems of the document stand in `problems`, each with its line, column, code and fix. Nothing was stored. `dispatched workflow validate FILE` shows them with their source lines.",
  },
  schema_mismatch: {
    status: 422,
    title: "The body does not fit the schema",
    about:
      "The workflow has a schema for what starts it, and the body does not fit. `problems` names each place. A body that takes too much work to be judged is refused, too: simplify the schema. No run was started.",
  },
  invalid_body: {
    status: 422,
    title: "The body is not what the address takes",
    about:
      "The body is JSON, but a member is missing, unknown or of another type. The message names it; the reference of the HTTP API lists what the address takes.",
  },
  invalid_secret: {
    status: 422,
    title: "The secret's name, value or list of hosts is not valid",
    about:
      "Names are UPPER_SNAKE_CASE, at most 128 characters; values are text of 1 byte to 64 KiB, without half of a surrogate pair; `allowed_hosts` has 1 to 64 hosts, such as `api.example.com`, `*.example.com` or `localhost:8080`. Of a delivery: the secret of `verify` is none that such a sender gives; store it as the sender shows it.",
  },
  idempotency_conflict: {
    status: 422,
    title: "The idempotency key was used with another request",
    about:
      "An idempotency key stands for one request. It was used before with another body, version, steps or runs; the problem names the run that it started or signalled, or the bulk action that it began, but not to a sender to a hook. Take a new key for a new request.",
  },
  headers_too_large: {
    status: 431,
    title: "The headers are too large",
    about: "All headers of a request together may have 64 KiB. Send large values in the body.",
  },
  too_many_runs: {
    status: 429,
    title: "Too many runs are in flight",
    about: "The engine holds as many runs in memory as it may. Nothing was started; try again in a moment.",
  },
  too_many_bulks: {
    status: 429,
    title: "Too many bulk actions are running",
    about: "A tenant may have 20 bulk actions that have not ended. Wait for one to end, or abort one.",
  },
  internal: {
    status: 500,
    title: "Something is wrong on our side",
    about:
      "Something went wrong that should not. The log has a line `request.failed` with the place. What was acknowledged before is safe.",
  },
  sealed_data_damaged: {
    status: 500,
    title: "Stored data does not open: it was altered or moved",
    about:
      "A sealed value was altered, cut or moved to another place, or sealed under another key. It is refused rather than read wrongly. Restore the data from a backup.",
  },
  respond_failed: {
    status: 500,
    title: "The workflow's answer cannot be made",
    about:
      "A template of `respond` could not be evaluated; the problem names it and the run. The run itself is not harmed: `dispatched runs get RUN` shows how it goes on.",
  },
  run_quarantined: {
    status: 500,
    title: "The run stands still",
    about:
      "The log of this run cannot be read, or the engine could not decide what is next in it; the message says which. The run is left as it is until the engine starts anew; all others go on. One whose log can be read is shown as before, marked `quarantined`, and `dispatched runs cancel RUN --no-compensate` ends it as it stands: nothing more is undone, children that it started go on, and its place is free. Those behind it in line for a place go on, too; where it holds the place itself, it keeps it until it ends, and they wait. When the engine starts anew it tries the run again, and may make the last call once more, under the same key. The log of the engine has a line `run.quarantined`: please report it.",
  },
  run_failed: {
    status: 502,
    title: "The run failed",
    about:
      "The run ended badly. The problem names run, step and cause, and how far it was undone; `dispatched runs get RUN` shows each step.",
  },
  locked: {
    status: 503,
    title: "The keys are not at hand",
    about:
      "Nobody of the tenant is signed in on this node, so that what only the tenant's key opens cannot be read or written: `dispatched login`, then try again. `dispatched agent` keeps a tenant signed in. Where the server itself names this code, its key file has not the key that these data were sealed with: put back the one that belongs to them.",
  },
  store_rolled_back: {
    status: 503,
    title: "The store refused; nothing was changed",
    about:
      "The store refused a write, such as on a full disk, and changed nothing. It is tried again by itself; make room.",
  },
  store_unavailable: {
    status: 503,
    title: "The store does not answer",
    about: "The store does not answer. What was acknowledged is safe; try again.",
  },
  sandbox_unavailable: {
    status: 503,
    title: "No expression can be evaluated now",
    about:
      "Lua and JSONPath are evaluated by processes of their own, and none of them starts, or answers, at this moment: the machine may be out of memory or processes. Nothing was decided; try again. Runs that need it wait and go on by themselves.",
  },
  run_elsewhere: {
    status: 503,
    title: "Another node holds the run",
    about: "Another node holds the run at this moment. Try again.",
  },
  shutting_down: {
    status: 503,
    title: "The engine is shutting down",
    about: "The engine is stopping and takes no more work. Runs go on when it starts again.",
  },
  run_timed_out: {
    status: 504,
    title: "The run took longer than its timeout",
    about: "The run took longer than the `timeout` of its workflow. The problem says how far it was undone.",
  },
  ...processProblems,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export interface ErrorOptions {
  readonly hint?: string;
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** Members that the problem answer carries besides the standard ones (RFC 9457, section 3.2). */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** What the shell throws. Its message says what happened and where; its hint what to do. */
export class DispatchedError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly retryable: boolean;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "DispatchedError";
    this.code = code;
    this.hint = options.hint ?? null;
    this.retryable = options.retryable ?? false;
    this.extra = options.extra ?? {};
  }
}
