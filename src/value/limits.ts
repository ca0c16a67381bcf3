// Every limit of the product, in one table.

/** Sizes in bytes, times in milliseconds, the rest counts. Exceeding one is an error of the code of the same name. */
export const limits = {
  document_bytes: 256 * 1024,
  document_depth: 64,
  json_depth: 256,
  steps: 256,
  request_body_bytes: 1024 * 1024,
  response_body_bytes: 5 * 1024 * 1024,
  run_data_bytes: 64 * 1024 * 1024,
  run_events: 100_000,
  duration_ms: 366 * 24 * 3_600_000,
  secret_value_bytes: 64 * 1024,
  header_bytes: 64 * 1024,
} as const;
