// Every limit of the product, in one table.

/** Sizes in bytes, times in milliseconds, the rest counts. The code of each, and its page, stand in docs/reference/limits.md. */
export const limits = {
  document_bytes: 256 * 1024,
  document_depth: 64,
  json_depth: 256,
  /** Runs of one key at a time: `concurrency.limit`. */
  concurrency: 100_000,
  /** The number of a version. */
  version: 2 ** 31 - 1,
  steps: 256,
  /** Retries of a step: `retry.max`. */
  retries: 1_000,
  /** Labels of a workflow that is stored now; one that was stored before may have more. */
  labels: 64,
  /** The text of a label: lists open every one, and each is found by a row of its own. */
  label_bytes: 1024,
  /** Entries of a strategy's list. */
  items: 10_000,
  reduce_items: 1_000,
  reduce_value_bytes: 64 * 1024,
  /** Items of a strategy that are open at once. */
  window: 256,
  /** Rules of a tenant for hosts that it calls. */
  host_rules: 200,
  /** Workflows, or beginnings of their names, that a rule for a host lets call it. */
  host_rule_workflows: 100,
  /** Signals that came before their wait, kept for a run. */
  early_signals: 1_000,
  /** Runs that started each other, one within the other. */
  child_depth: 8,
  /** Runs that an action on many takes, those that it takes by their ids, and such actions of a tenant that run at once. */
  bulk_runs: 10_000,
  bulk_named_runs: 1_000,
  bulks: 20,
  /** Requests of a tenant that are open at once on a node: streams and waits above all. Each holds a connection. */
  open_requests: 2_000,
  /** Hooks of a tenant that are not revoked. */
  hooks: 1_000,
  /** Items of a hook that may wait in the inbox, unless it was made with another quota; and that quota at most. */
  hook_items: 10_000,
  hook_items_max: 100_000,
  /** Deliveries that are kept of a hook, the newest: those that were taken, those that were refused, and bytes of either. */
  hook_deliveries: 10_000,
  hook_deliveries_refused: 1_000,
  hook_deliveries_bytes: 64 * 1024 * 1024,
  /** Items of a tenant that may wait in the inbox without a hook. */
  inbox_items: 100_000,
  /** Answers to one callback that may wait in the inbox, and their bytes as they are sealed: of one that fits all others are void. */
  callback_items: 16,
  callback_items_bytes: 4 * 1024 * 1024,
  /** Bytes of what waits in the inbox, as it is sealed: of one hook, and of a tenant in all. */
  hook_items_bytes: 256 * 1024 * 1024,
  inbox_bytes: 1024 * 1024 * 1024,
  /** How long an item may wait in the inbox. */
  inbox_ms: 7 * 24 * 3_600_000,
  /** Pages of one answer, whatever `max_pages` says. */
  pages: 1_000,
  /** Events of a batch: all are stored by one write, which others wait for. */
  event_batch: 500,
  request_body_bytes: 1024 * 1024,
  response_body_bytes: 5 * 1024 * 1024,
  /** A body in an event that is larger is stored apart from it, in chunks of this size. */
  event_body_bytes: 64 * 1024,
  /** Values that one evaluation of expressions looks at. */
  expression_steps: 1_000_000,
  /** Characters of a JSONPath query: enough for any that a person reads; the parser's time is not linear in it. */
  query_length: 4_096,
  /** Nodes, conditions and characters that one evaluation of JSONPath may look at: about half a second. */
  query_steps: 10_000_000,
  /** Instructions of a pattern, of a schema or of `match` and `search`, when it is compiled. */
  pattern_size: 2_000,
  /** Schemas, members and items that judging a value by its schema looks at: this many, more for a large value, and never more. */
  schema_steps: 200_000,
  schema_steps_a_value: 16,
  schema_steps_max: 8_000_000,
  run_data_bytes: 64 * 1024 * 1024,
  run_events: 100_000,
  /** Wall clock of one evaluation in the sandbox. */
  evaluation_ms: 5_000,
  /** Memory of one evaluation of Lua. */
  evaluation_memory_bytes: 32 * 1024 * 1024,
  duration_ms: 366 * 24 * 3_600_000,
  secret_value_bytes: 64 * 1024,
  header_bytes: 64 * 1024,
} as const;
