// Every code that a failure of an attempt, a step or a run can have, with what it means: pages are generated from it.

interface FailureEntry {
  readonly title: string;
  /** What it means and what to do, for the page of the code. */
  readonly about: string;
}

/** Besides these, `http_<status>` stands for every status, and a child that was not started has the code of the refusal. */
export const failureCodes = {
  http_status: {
    title: "The service answered with a status that is no success",
    about:
      "The code is `http_` and the status, such as `http_503`. The body of the answer is kept in the step's `error.body`. Statuses of `retry.on` (408, 425, 429 and 5xx unless the step says otherwise) are tried again; `response.expect` makes others a success.",
  },
  response_not_parsed: {
    title: "The answer is not the JSON that was asked for",
    about:
      "The status said success, but the body is not JSON, though its content type or `response.parse` says so. The body is kept as text. Set `response.parse` to `text` or `base64` if that is what the service sends.",
  },
  response_charset: {
    title: "The answer is not in the charset that it says",
    about:
      "The status said success, but the body is no text in the charset that its content type or its byte order mark names, or that charset is not known; JSON without one is UTF-8 (RFC 8259). The body is kept in base64. Set `response.parse` to `base64` to take such bytes as they are.",
  },
  response_schema_mismatch: {
    title: "The answer does not fit the schema",
    about:
      "The status said success, but the body does not fit `response.schema`. The body is kept in the step's `error.body`. It is tried again only when `retry.on` lists `schema`.",
  },
  schema_too_much_work: {
    title: "Judging the answer by its schema takes too much work",
    about:
      "A schema may look at 200,000 schemas, members and items, and at 16 more for each value of the body, 8,000,000 in all. The status said success, the body was not judged, and it is kept in the step's `error.body`. Simplify `response.schema`: what judges each item by many schemas, or compares all items with each other, takes the most.",
  },
  network: {
    title: "There was no whole answer",
    about:
      "No connection could be made, or it broke. The message says where: `connect ECONNREFUSED`, `resolve ENOTFOUND`. A service whose certificate comes of a private authority (`connect DEPTH_ZERO_SELF_SIGNED_CERT`, `SELF_SIGNED_CERT_IN_CHAIN`, `UNABLE_TO_VERIFY_LEAF_SIGNATURE` and their like) is called where the server is started with `NODE_EXTRA_CA_CERTS`, which names the file of the authority's certificate. A service that speaks HTTP/2 only is called where the operator sets `DISPATCHED_HTTP2=on`. It is tried again when the step has retries.",
  },
  response_timeout: {
    title: "The answer took too long",
    about:
      "An attempt has `response.timeout` (30 seconds unless the document says otherwise) from sending to the last byte. It is tried again when the step has retries.",
  },
  response_too_large: {
    title: "The answer is too large",
    about:
      "A body may have `response.max_bytes` (5 MiB at most), before and after decompression, and the headers 64 KiB together. It is not tried again.",
  },
  host_not_granted: {
    title: "The grant does not name the host",
    about:
      "The run was started while nobody of its tenant was signed in, by a grant, and calls a host that the grant does not name. Nothing was sent, and it is not tried again. Make a grant that names the host, then rerun.",
  },
  workflow_host_not_allowed: {
    title: "A workflow may not call this host",
    about:
      "A [rule of yours](../reference/hosts.md#which-workflows-may-call) for the host names the workflows that may call it, and the run is of another. The message names the workflow, the host and the rule. Nothing was sent, and it is not tried again. If the workflow may call the host, put the rule with it (`dispatched host set HOST`, `--workflow` for each workflow, beside the rule's bounds), then rerun, or `dispatched runs compensate RUN` where it was an undo; if it may not, look where the address comes from.",
  },
  call_withdrawn: {
    title: "The run ended before the call was sent",
    about:
      "A rule for the host held the call back, and the run was cancelled, ran out of time or failed elsewhere meanwhile. Nothing was sent, and there is nothing to undo.",
  },
  address_blocked: {
    title: "The address may not be called",
    about:
      "The host resolves to an address that is not public. Nothing was sent. `dispatched dev` allows this machine besides public addresses.",
  },
  request_not_valid: {
    title: "The request cannot be sent",
    about:
      "The address or a header cannot be sent as it is. Nothing was sent. The message says what is wrong.",
  },
  secret_not_found: {
    title: "A call needs a secret that is not there",
    about:
      "No secret of this name was ever stored. Nothing was sent. Store it with `dispatched secret set NAME`, then rerun.",
  },
  secret_deleted: {
    title: "A call needs a secret that was deleted",
    about:
      "It was stored once, and somebody deleted it. Nothing was sent, and it is not tried again. Store the secret anew with `dispatched secret set NAME`, then rerun.",
  },
  secret_host_not_allowed: {
    title: "A secret may not be sent to this host",
    about:
      "The secret names the hosts that it may be sent to (`allowed_hosts`), and the address of the call is at another, or its host is made by Lua with a secret, so that it cannot be told before Lua has the secret. The message names both. Nothing was sent, and it is not tried again. If the host is right, store the secret with it (`dispatched secret set NAME --allow-host HOST`), then rerun; if it is not, look where the address comes from.",
  },
  secret_not_readable: {
    title: "A secret cannot be read",
    about: "The stored value does not open. Nothing was sent. Store the secret anew.",
  },
  secret_missing: {
    title: "The value of a secret is not at hand",
    about: "Nothing was sent. Store the secret with `dispatched secret set NAME`, then rerun.",
  },
  oauth2_refused: {
    title: "The token endpoint refused",
    about:
      "`auth` of type `oauth2` asks for a token first, and its endpoint gave none. The message has the status and the endpoint's error code: `invalid_client` is a wrong id or secret (or `client_auth` of the other kind), `invalid_scope` a scope that the client may not have. Nothing was sent to the service, and it is not tried again.",
  },
  oauth2_unavailable: {
    title: "The token endpoint did not answer",
    about:
      "`auth` of type `oauth2` asks for a token first, and its endpoint gave no whole answer, or a status of 408, 429 or 5xx. Nothing was sent to the service, or only a request that it answered with 401, which the message then says. It is tried again when the step has retries of `network`.",
  },
  client_certificate_invalid: {
    title: "The client certificate cannot be used",
    about:
      "`auth` of type `mtls` needs a certificate and its private key in PEM form that belong together, the passphrase of a key that is encrypted, and an `https` address. Nothing was sent, and it is not tried again.",
  },
  engine_crashed: {
    title: "The engine stopped while the attempt was under way",
    about:
      "Whether the service acted is unknown. With `on_crash: retry`, the default, another attempt with the same `Idempotency-Key` follows and spends no retry; with `on_crash: fail` the step fails.",
  },
  step_timed_out: {
    title: "The step took longer than its timeout",
    about: "`timeout` of a step counts everything: attempts, delays, polls and the wait for a callback.",
  },
  wait_timed_out: {
    title: "Nothing came in time",
    about:
      "The `timeout` of the wait passed and `on_timeout` is `fail`. With `reject` the step ends rejected, with `continue` it succeeds without a signal.",
  },
  poll_timed_out: {
    title: "The job was not done in time",
    about: "`response.poll.while` was still true after `max` (24 hours unless the document says otherwise).",
  },
  directive_fail: {
    title: "The service said that the step fails",
    about: "The answer had the header `Dispatched-Directive: fail`. The message has its reason.",
  },
  directive_retry: {
    title: "The service asked for another attempt, and none was left",
    about: "`Dispatched-Directive: retry` never gives more attempts than `retry.max`. Raise it.",
  },
  too_few_successes: {
    title: "Too few items succeeded",
    about: "When all items have ended, at least `min_success` of them must have succeeded.",
  },
  nothing_to_race: {
    title: "A race has no items",
    about: "The list of `over` is empty, so nobody can win. Skip the step with `when` if that may happen.",
  },
  not_a_list: {
    title: "`over` gives no list",
    about: "A strategy repeats its step over a list. `over` gave something else, or null.",
  },
  items: {
    title: "A strategy has too many items",
    about: "The list of `over` may have 10,000 entries. Send the rest to a workflow of its own.",
  },
  reduce_items: {
    title: "A reduce has too many items",
    about: "The list of a `reduce` may have 1,000 entries, because they are taken one after the other.",
  },
  reduce_value_bytes: {
    title: "The value of a reduce is too large",
    about: "`acc` may have 64 KiB, because it is recorded after every item.",
  },
  label_bytes: {
    title: "The text of a label is too large",
    about:
      "A label may have 1 KiB, because lists show it and runs are found by it. Label a run with an id or a name rather than with a whole body; its `trigger` keeps that.",
  },
  items_not_undone: {
    title: "Items could not be undone",
    about:
      "The compensation of some items failed after its retries. `dispatched runs compensate RUN` tries again.",
  },
  child_failed: {
    title: "The child failed",
    about: "The message names the run and its cause; `dispatched explain RUN` follows it.",
  },
  child_cancelled: {
    title: "The child was cancelled",
    about: "Somebody cancelled the child's run. The message names it.",
  },
  child_timed_out: {
    title: "The child took longer than its timeout",
    about: "The `timeout` of the child's own workflow passed. The message names the run.",
  },
  child_not_started: {
    title: "The child was not started",
    about: "The run ended before its child was started.",
  },
  child_depth: {
    title: "Runs start each other too deep",
    about:
      "Children may be 8 deep. A workflow that starts itself needs a condition that ends this: put a version that has one, then rerun the root.",
  },
  workflow_not_found: {
    title: "The child's workflow is not there",
    about:
      "A `workflow` step names it, and nothing is stored under this name. Put it, or correct the workflow that starts it, then rerun.",
  },
  workflow_deleted: {
    title: "The child's workflow was deleted",
    about:
      "A `workflow` step starts it. Put a version of the child above its highest, or correct the workflow that starts it (it was renamed, say), then rerun; `--version N` goes again by the corrected one.",
  },
  version_not_found: {
    title: "The child's workflow has no such version",
    about:
      "A `workflow` step names the version. Put it, or correct the workflow that starts the child, then rerun.",
  },
  child_compensation_partial: {
    title: "The child could not undo everything",
    about: "A compensation of the child failed. `dispatched runs compensate RUN` on the root tries again.",
  },
  child_forgotten: {
    title: "The child was forgotten before it was undone",
    about:
      "Its retention had passed, or it was deleted with the run that started it, so that nobody knows any more what it did. Undo that by hand.",
  },
  run_data_bytes: {
    title: "The run has recorded too much data",
    about:
      "A run may record 64 MiB: requests, answers, signals and values. A body counts each time that it is sent, answered or used, also where it is stored once: an answer of 500 KB that a strategy sends to 150 items is 75 MB. Send large data by address rather than as a body, set `response.max_bytes`, or move a part of the calls into children, each of which has 64 MiB of its own.",
  },
  run_events: {
    title: "The run has recorded too many events",
    about:
      "A run may record 100,000 events: one an attempt or poll; events that its waits pass over do not count. Poll less often, or move a part into children.",
  },
  duration_ms: {
    title: "A sleep is too long",
    about: "A sleep ends at most 366 days after it began.",
  },
  not_a_timestamp: {
    title: "`sleep.until` gives no timestamp",
    about: "It gives a text such as `2027-01-31T09:00:00Z`, or milliseconds since 1970.",
  },
  null_in_text: {
    title: "A value is null within a text",
    about: 'What should stand there when nothing does must be said: `{{ trigger.body.name ?? "nobody" }}`.',
  },
  not_a_boolean: {
    title: "A condition or an operand of logic is no boolean",
    about:
      "`when`, `while`, `and`, `or` and `not` take true, false and null, which counts as false. Compare instead: `steps.a.output.count > 0`.",
  },
  not_comparable: {
    title: "Two values cannot be compared",
    about:
      "`<`, `<=`, `>` and `>=` take two numbers or two texts; `in` takes a list, an object or a text on its right.",
  },
  not_a_member_key: {
    title: "A member is named by no key",
    about: "An index in brackets is a text or a whole number.",
  },
  unknown_name: {
    title: "A name is not there",
    about: "The context has no such name at this place.",
  },
  secret_outside_call: {
    title: "A secret stands outside of a call",
    about: "Secrets stand only in the fields of a call.",
  },
  not_a_text: {
    title: "What stands where a text must is none",
    about:
      "Headers and query parameters take texts, numbers, booleans and lists of these. The `subject` of a wait takes a text, a number or a boolean. Half of a surrogate pair (`\\ud83d` alone in JSON), as a text has it that was cut within a character, is sent in a JSON `body` only: UTF-8 has no form for it. Nothing was sent, and it is not tried again. The message names what it is; cut texts between characters, or send them in a JSON `body`.",
  },
  invalid_url: {
    title: "The URL of a call is not valid",
    about:
      "A value made it so: null or no text at its beginning, `.` or `..` as a segment, or a character that a host cannot have. Nothing was sent.",
  },
  invalid_header: {
    title: "A header of a call is not valid",
    about:
      "A value has a line break, another control character or a character beyond U+00FF, or the headers have more than 64 KiB together. Nothing was sent.",
  },
  invalid_base64: {
    title: "What should be base64 is none",
    about:
      "`base64` of a request, or of a part of `multipart`, takes base64 (RFC 4648) with or without padding and line breaks. Nothing was sent.",
  },
  too_many_pages: {
    title: "There are more pages than the step asks for",
    about:
      "`response.paginate` reads `max_pages` pages (100 unless the document says otherwise, 1,000 at most), and the last of them names another. Nothing is cut off silently: raise `max_pages`, or ask the service for larger pages.",
  },
  page_not_a_list: {
    title: "A page has no list of items",
    about:
      "`items` of `response.paginate`, or without it the body of the answer, is a list on each page, or null for a page without items.",
  },
  body_too_large: {
    title: "The body of a call is too large",
    about: "A request may have a body of 1 MiB. Nothing was sent.",
  },
  too_much_work: {
    title: "An expression takes too much work",
    about:
      "An evaluation may look at a million values; all labels of a run together are one, and so are the headers and the body of `respond`. Move the work into a service, or into Lua.",
  },
  result_too_large: {
    title: "The value of an expression is too large",
    about: "The value of an expression, or of a whole template, may have 5 MiB.",
  },
  json_too_deep: {
    title: "The value of an expression is nested too deep",
    about:
      "The value of an expression, or of a whole template, may have objects and lists 256 deep. Each template that wraps a value makes it deeper.",
  },
  jsonpath_error: {
    title: "A JSONPath query cannot be evaluated",
    about: "The message says why.",
  },
  lua_error: {
    title: "A script stopped with an error",
    about:
      "The message has the script's own words and the line. Of a script that names a secret only the line is told: its words may hold the secret.",
  },
  lua_syntax: {
    title: "A script is not valid Lua",
    about: "The message says the line. Scripts are checked when the workflow is stored, too.",
  },
  evaluation_timeout: {
    title: "An evaluation took too long",
    about: "An evaluation of Lua or JSONPath has 5 seconds.",
  },
  evaluation_memory: {
    title: "An evaluation took too much memory",
    about: "An evaluation of Lua has 32 MiB.",
  },
  evaluation_failed: {
    title: "An evaluation was cut off",
    about:
      "The process that was at it ended, and so did the next one, which had nothing else to do: the expression is what ends it, such as by a value that has no room.",
  },
  not_a_value: {
    title: "A script gave no JSON",
    about:
      "A function, NaN, infinity, a table within itself, or one with both texts and integers as keys is no value.",
  },
} as const satisfies Record<string, FailureEntry>;
