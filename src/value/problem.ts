// The one catalogue of errors that people and programs meet, and the one error that the shell throws.

interface CatalogueEntry {
  /** HTTP status of the answer. */
  readonly status: number;
  readonly title: string;
}

/** Each code has a page in `docs/errors`; a test holds the two together. */
export const catalogue = {
  bad_request: { status: 400, title: "The request cannot be understood" },
  invalid_json: { status: 400, title: "The body is not valid JSON" },
  number_out_of_range: { status: 400, title: "A number is beyond the range of a double" },
  json_too_deep: { status: 400, title: "The JSON is nested too deep" },
  unsafe_key: { status: 400, title: "An object has a key that is refused" },
  invalid_header: { status: 400, title: "A header is not valid" },
  invalid_cursor: { status: 400, title: "The cursor is not one that we gave" },
  invalid_query: { status: 400, title: "A query parameter is not valid" },
  unauthenticated: { status: 401, title: "No valid session" },
  not_found: { status: 404, title: "There is nothing at this address" },
  method_not_allowed: { status: 405, title: "The address does not take this method" },
  workflow_not_found: { status: 404, title: "No workflow has this name" },
  version_not_found: { status: 404, title: "The workflow has no such version" },
  run_not_found: { status: 404, title: "No run has this id" },
  secret_not_found: { status: 404, title: "No secret has this name" },
  version_conflict: { status: 409, title: "This version is stored with other content" },
  name_mismatch: { status: 409, title: "The document names another workflow" },
  run_ended: { status: 409, title: "The run has ended" },
  run_cancelled: { status: 409, title: "The run was cancelled" },
  no_http_trigger: { status: 409, title: "The workflow has no http trigger" },
  body_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The content type is not one that is taken here" },
  invalid_document: { status: 422, title: "The workflow document has problems" },
  schema_mismatch: { status: 422, title: "The body does not fit the schema" },
  invalid_secret: { status: 422, title: "The secret's name or value is not valid" },
  idempotency_conflict: { status: 422, title: "The idempotency key was used with another request" },
  too_many_runs: { status: 429, title: "Too many runs are in flight" },
  internal: { status: 500, title: "Something is wrong on our side" },
  sealed_data_damaged: { status: 500, title: "Stored data does not open: it was altered or moved" },
  run_quarantined: { status: 500, title: "The run's log cannot be read" },
  run_failed: { status: 502, title: "The run failed" },
  locked: { status: 503, title: "The keys are not at hand" },
  store_rolled_back: { status: 503, title: "The store refused; nothing was changed" },
  store_unavailable: { status: 503, title: "The store does not answer" },
  run_elsewhere: { status: 503, title: "Another node holds the run" },
  shutting_down: { status: 503, title: "The engine is shutting down" },
  run_timed_out: { status: 504, title: "The run took longer than its timeout" },
  data_in_use: { status: 500, title: "Another process uses the data folder" },
  port_in_use: { status: 500, title: "Another process listens on the port" },
  invalid_configuration: { status: 500, title: "The configuration is not valid" },
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
