// The page of docs/reference/limits.md, made from the table of limits.

import { formatDuration } from "../src/value/duration.ts";
import { limits } from "../src/value/limits.ts";

type LimitName = keyof typeof limits;

interface Row {
  /** What is limited. */
  readonly of: string;
  /** Codes of going beyond it, each with a page; none where nothing fails. */
  readonly codes: readonly string[];
  /** What happens beyond it. */
  readonly beyond: string;
}

const documentRefused = "the document is not stored";
const runFails = "the run fails; what ends or undoes it is exempt";
const schemaWork = {
  codes: ["schema_mismatch", "schema_too_much_work"],
  beyond: "the caller is answered 422; the step fails",
};
const stepFails = "the step fails";

const rows: Readonly<Record<LimitName, Row>> = {
  document_bytes: {
    of: "a workflow document",
    codes: ["document_too_large", "body_too_large"],
    beyond: documentRefused,
  },
  document_depth: {
    of: "objects and lists within each other in a document",
    codes: ["document_too_deep"],
    beyond: documentRefused,
  },
  concurrency: { of: "`concurrency.limit`", codes: ["out_of_range"], beyond: documentRefused },
  version: { of: "the number of a version", codes: ["out_of_range"], beyond: documentRefused },
  steps: { of: "steps of a workflow", codes: ["too_many_steps"], beyond: documentRefused },
  labels: {
    of: "labels of a workflow",
    codes: ["too_many_labels"],
    beyond: `${documentRefused}; one that was stored before this bound runs on`,
  },
  label_bytes: { of: "the text of a label", codes: ["label_bytes"], beyond: "the run fails as it starts" },
  duration_ms: {
    of: "a duration in a document; a sleep; a wait",
    codes: ["out_of_range", "duration_ms"],
    beyond: "the document is not stored; a `sleep.until` beyond it fails its step",
  },
  pages: {
    of: "`max_pages` of `response.paginate`",
    codes: ["out_of_range"],
    beyond: documentRefused,
  },
  retries: { of: "`retry.max`", codes: ["out_of_range"], beyond: documentRefused },
  items: { of: "items of a strategy", codes: ["items"], beyond: stepFails },
  reduce_items: { of: "items of a `reduce`", codes: ["reduce_items"], beyond: stepFails },
  reduce_value_bytes: { of: "`acc` of a `reduce`", codes: ["reduce_value_bytes"], beyond: stepFails },
  expression_steps: {
    of: "values that an evaluation looks at; all labels of a run are one, and so is a `respond`",
    codes: ["too_much_work"],
    beyond: stepFails,
  },
  query_length: {
    of: "characters of a JSONPath query",
    codes: ["invalid_jsonpath", "jsonpath_error"],
    beyond: "the document is not stored; the step fails",
  },
  query_steps: { of: "nodes that a JSONPath query looks at", codes: ["jsonpath_error"], beyond: stepFails },
  pattern_size: {
    of: "instructions of a pattern, of a schema or of `match` and `search`, when it is compiled",
    codes: ["unsupported_schema", "invalid_jsonpath", "jsonpath_error"],
    beyond: "the document is not stored; a pattern that a query computes fails its step",
  },
  schema_steps: {
    of: "schemas, members and items that judging a small value by its schema looks at",
    ...schemaWork,
  },
  schema_steps_a_value: { of: "the same, more for each value of a large one", ...schemaWork },
  schema_steps_max: { of: "the same, in all", ...schemaWork },
  window: { of: "items of a strategy at once", codes: [], beyond: "the others wait for their turn" },
  child_depth: { of: "runs that start each other, deep", codes: ["child_depth"], beyond: stepFails },
  early_signals: {
    of: "signals of a run that no wait has taken yet",
    codes: ["too_many_signals"],
    beyond: "the signal is refused with 429",
  },
  bulk_runs: { of: "runs of a bulk action", codes: [], beyond: "the others are not taken" },
  bulk_named_runs: {
    of: "runs of a bulk action that names them",
    codes: ["invalid_body"],
    beyond: "it is refused",
  },
  bulks: {
    of: "bulk actions of a tenant that are running",
    codes: ["too_many_bulks"],
    beyond: "the next is answered 429",
  },
  host_rules: {
    of: "rules of a tenant for hosts",
    codes: ["too_many_host_rules"],
    beyond: "the rule is not stored",
  },
  host_rule_workflows: {
    of: "workflows, or beginnings of their names, that a rule for a host names",
    codes: ["invalid_host_rule"],
    beyond: "the rule is not stored",
  },
  open_requests: {
    of: "requests of a tenant that are open at once on a server, streams and waits among them; of all tenants half as many as it may open files",
    codes: ["too_many_open_requests"],
    beyond: "the next is answered 429",
  },
  hooks: {
    of: "hooks of a tenant; those that were revoked are not counted, and forgotten after 30 days",
    codes: ["too_many_hooks"],
    beyond: "the hook is not made",
  },
  hook_items: {
    of: "items of a hook that wait in the inbox, unless it was made with another quota",
    codes: ["inbox_full"],
    beyond: "the sender is answered 429",
  },
  hook_items_max: {
    of: "the quota of a hook",
    codes: ["invalid_hook"],
    beyond: "the hook is not made",
  },
  hook_deliveries: {
    of: "deliveries of a hook that were taken",
    codes: [],
    beyond: "the oldest are forgotten; all are after 7 days",
  },
  hook_deliveries_refused: {
    of: "deliveries of a hook that were refused",
    codes: [],
    beyond: "the oldest are forgotten; all are after 24 hours",
  },
  hook_deliveries_bytes: {
    of: "deliveries of a hook, those that were taken and those that were refused each",
    codes: [],
    beyond: "the oldest are forgotten",
  },
  inbox_items: {
    of: "items of a tenant that wait in the inbox without a hook; due times and events of triggers are not counted out",
    codes: ["inbox_full"],
    beyond: "the sender is answered 429",
  },
  hook_items_bytes: {
    of: "what waits of a hook in the inbox, as it is sealed",
    codes: ["inbox_bytes_full"],
    beyond: "the sender is answered 429",
  },
  callback_items: {
    of: "answers to one callback that wait in the inbox",
    codes: ["inbox_full"],
    beyond: "the sender is answered 429",
  },
  callback_items_bytes: {
    of: "what waits in the inbox of the answers to one callback, as it is sealed",
    codes: ["inbox_full"],
    beyond: "the sender is answered 429",
  },
  inbox_bytes: {
    of: "what waits of a tenant in the inbox in all, as it is sealed; due times and events of triggers are counted, and not refused",
    codes: ["inbox_bytes_full"],
    beyond: "the sender is answered 429",
  },
  inbox_ms: {
    of: "an item's wait in the inbox",
    codes: [],
    beyond: "it expires, and stays listed as `expired` for 30 days",
  },
  event_batch: {
    of: "events of a batch that is posted to `/api/events`",
    codes: ["invalid_event"],
    beyond: "the caller is answered 422; none of them is taken",
  },
  request_body_bytes: {
    of: "a body, of what callers send and of a call to a service",
    codes: ["body_too_large"],
    beyond: "the caller is answered 413; the step fails and nothing is sent",
  },
  event_body_bytes: {
    of: "a body, or another value, that stands in an event",
    codes: [],
    beyond: "it is stored apart from the event, which names it",
  },
  response_body_bytes: {
    of: "the body of a service's answer, before and after decompression; the value of an expression; what all headers and the body of `respond` evaluate together",
    codes: ["response_too_large", "result_too_large"],
    beyond: stepFails,
  },
  header_bytes: {
    of: "all headers of a request or an answer together",
    codes: ["headers_too_large", "invalid_header", "response_too_large"],
    beyond: "the caller is answered 431; the step fails",
  },
  json_depth: {
    of: "objects and lists within each other in data",
    codes: ["json_too_deep", "response_not_parsed"],
    beyond: "the caller is answered 400; the step fails",
  },
  secret_value_bytes: { of: "the value of a secret", codes: ["body_too_large"], beyond: "it is not stored" },
  evaluation_ms: { of: "an evaluation of Lua or JSONPath", codes: ["evaluation_timeout"], beyond: stepFails },
  evaluation_memory_bytes: {
    of: "the memory of an evaluation of Lua",
    codes: ["evaluation_memory"],
    beyond: stepFails,
  },
  run_data_bytes: {
    of: "recorded data of a run, each body as often as it is sent, answered or used, also where it is stored once; without events that its waits pass over",
    codes: ["run_data_bytes"],
    beyond: runFails,
  },
  run_events: {
    of: "recorded events of a run, one an attempt or poll; those that its waits pass over do not count",
    codes: ["run_events"],
    beyond: runFails,
  },
};

/** What is no number. */
const others = [
  ["none", "YAML anchors, aliases and merge keys", "yaml_alias", documentRefused],
  [
    "linear time",
    "patterns in JSON Schemas: no look-around, no back references",
    "unsupported_schema",
    documentRefused,
  ],
] as const;

function shown(name: LimitName): string {
  const value = limits[name];
  if (name.endsWith("_ms")) return formatDuration(value);
  if (!name.endsWith("_bytes")) return value.toLocaleString("en");
  return value % (1024 * 1024) === 0 ? `${value / (1024 * 1024)} MiB` : `${value / 1024} KiB`;
}

const link = (code: string) => `[${code}](../errors/${code}.md)`;

/** Codes that the page names. */
export const limitCodes = [
  ...Object.values(rows).flatMap(({ codes }) => codes),
  ...others.map(([, , code]) => code),
];

export function limitsPage(): string {
  const lines = (Object.keys(rows) as LimitName[]).map((name) => {
    const { of, codes, beyond } = rows[name];
    return `| ${shown(name)} | ${of} | ${beyond} | ${codes.map(link).join(", ") || "none"} |`;
  });
  const more = others.map(([most, of, code, beyond]) => `| ${most} | ${of} | ${beyond} | ${link(code)} |`);
  return `# Limits

What may be how large, and what happens beyond. \`npm run limits-page\` writes this page from the table in the code
(\`src/value/limits.ts\`); a test compares the two.

| at most | of | beyond it | code |
| --- | --- | --- | --- |
${[...lines, ...more].join("\n")}

A run that meets a limit of its own ends as any failed run does: what was done is undone, and undoing has no limit.
`;
}
