// Every code that a problem of a document can have, with what it means: pages are generated from it.

interface ProblemEntry {
  readonly title: string;
  /** What it means and what to do, for the page of the code. */
  readonly about: string;
}

export const documentProblems = {
  document_too_large: {
    title: "The document is too large",
    about:
      "A workflow document may have 256 KiB. Move long texts and large literal bodies into the services that are called, or split the workflow.",
  },
  document_too_deep: {
    title: "The document is nested too deep",
    about: "Objects and lists may be nested 64 deep.",
  },
  invalid_json: {
    title: "The document is not valid JSON",
    about:
      "A JSON document is strict JSON (RFC 8259): no comments, no trailing commas, double quotes only. Write YAML if you want comments.",
  },
  invalid_yaml: {
    title: "The document is not valid YAML",
    about:
      "A YAML document is read as YAML 1.2 with its core schema. The message says where reading stopped.",
  },
  unquoted_braces: {
    title: "A template is not in quotes",
    about:
      'In YAML an unquoted `{` begins an object. A value that begins with `{{` must stand in quotes: `id: "{{ trigger.body.id }}"`.',
  },
  yaml_alias: {
    title: "YAML anchors, aliases and merge keys are refused",
    about:
      "A document says every value where it stands, so that it reads the same everywhere. Repeat the value, or use `defaults`.",
  },
  yaml_tag: {
    title: "YAML tags and directives are refused",
    about:
      "Values are those of the YAML 1.2 core schema: null, booleans, numbers and text. Put text in quotes rather than tag it.",
  },
  several_documents: {
    title: "There are several documents",
    about: "A file holds one workflow. Put each into a file of its own.",
  },
  duplicate_key: {
    title: "A key stands twice in one object",
    about: "One of the two values would be lost silently. Remove or rename one.",
  },
  unsafe_key: {
    title: "A key is refused",
    about:
      "`__proto__`, `constructor` and `prototype` are keys that have harmed programs which read such data; no object may have them.",
  },
  invalid_key: {
    title: "A key is not a text",
    about: "Keys of objects are texts.",
  },
  number_out_of_range: {
    title: "A number is beyond the range of a double",
    about:
      "Integers of any length are kept exactly; any other number must fit a double, and there are no infinities.",
  },
  unknown_field: {
    title: "A field is unknown here",
    about: "Fields that mean nothing are refused, because they are most often misspelt.",
  },
  missing_field: {
    title: "A field is missing",
    about: "The field is required.",
  },
  wrong_type: {
    title: "A value has the wrong type",
    about: "The message says what is expected.",
  },
  not_allowed_value: {
    title: "A value is not one of those allowed",
    about: "The message lists the values that may stand here.",
  },
  out_of_range: {
    title: "A value is out of range",
    about: "The message says the least and the greatest value.",
  },
  invalid_name: {
    title: "A name is not valid",
    about:
      "Workflows are named in lowercase kebab-case, 1 to 64 characters. Ids of steps, names of schemas and labels are letters, digits, `_` and `-`, and begin with a letter or `_`. The name of a part of `multipart` is sent as it stands: it is no template, and `{{` is refused in it.",
  },
  invalid_duration: {
    title: "A duration is not valid",
    about: "Durations are `500ms`, `30s`, `5m`, `24h`, `7d` or ISO 8601 (`PT30S`), at most 366 days.",
  },
  invalid_status: {
    title: "A status is not valid",
    about:
      "Statuses are numbers from 100 to 599; `retry.on` takes classes like `5xx`, and the words `network`, `timeout` and `schema` too.",
  },
  too_many_steps: {
    title: "There are too many steps",
    about: "A workflow has at most 256 steps. Move a part into a workflow of its own.",
  },
  too_many_labels: {
    title: "There are too many labels",
    about:
      "A workflow has at most 64 labels. Label what runs are found by; what else a run should tell stands in its `output`.",
  },
  no_steps: {
    title: "There are no steps",
    about: "A workflow has at least one step.",
  },
  several_http_triggers: {
    title: "There are several http triggers",
    about: "A workflow has at most one trigger of type `http`.",
  },
  step_does_nothing: {
    title: "A step does nothing",
    about:
      "A step has one of the fields that say what it does: `request`, `wait`, `sleep`, `workflow` or `value`.",
  },
  step_does_two_things: {
    title: "A step does two things",
    about: "A step does one thing. Make two steps of it.",
  },
  field_needs_request: {
    title: "A field makes sense with a request only",
    about:
      "`response`, `retry`, `on_crash` and `directives` say how a call is made and judged; `compensate` undoes a call or a child; `strategy` repeats a call, a child or a value; `show` says what the holder of a callback's address sees.",
  },
  unknown_step: {
    title: "No step has this id",
    about: "The id is not a key of `steps`.",
  },
  unknown_schema: {
    title: "No schema has this name",
    about: "The name is not a key of `schemas`.",
  },
  self_reference: {
    title: "A step comes after itself",
    about: "A step cannot wait for its own end.",
  },
  duplicate_entry: {
    title: "An entry stands twice in a list",
    about: "Remove one.",
  },
  cycle: {
    title: "Steps wait for each other",
    about: "The steps of the cycle would never start. Remove one of the entries of `after`.",
  },
  reference_not_ancestor: {
    title: "A step reads one that may not have run yet",
    about:
      "An expression may read the steps that the step comes after, directly or through others. Add the step to `after`.",
  },
  reference_not_allowed: {
    title: "This place does not have that name",
    about:
      "Labels, triggers and the key of concurrency are evaluated at the start of a run and see `trigger` and `run` only; defaults hold for every step and see no step.",
  },
  unknown_reference: {
    title: "The context has no such name",
    about:
      "An expression sees `trigger`, `steps` and `run`; in the fields of a call `secrets`, and `callback` where the step has a `request` and a `wait`; with a strategy `item` and `index`, `batch`, or `acc` and `result`; in the `when` of a wait `event`.",
  },
  invalid_expression: {
    title: "An expression cannot be read",
    about: "The message says where reading stopped.",
  },
  mixed_expression: {
    title: "Text and an expression are mixed",
    about:
      "In `when`, `while`, `over` and `expr` the text is an expression as it stands; one whole `{{ }}` means the same. Write the whole as one expression.",
  },
  expression_too_deep: {
    title: "An expression is nested too deep",
    about: "Parentheses, lists and indexes may be nested 64 deep.",
  },
  dynamic_step: {
    title: "`steps` is not followed by the id of a step",
    about: 'Which step is meant must be known before the run: `steps.<id>` or `steps["<id>"]`.',
  },
  secret_not_named: {
    title: "`secrets` is not followed by a name",
    about: "A secret is named as `secrets.NAME`.",
  },
  invalid_secret_name: {
    title: "The name of a secret is not valid",
    about: "Secrets are named in UPPER_SNAKE_CASE: capital letters, digits and `_`, beginning with a letter.",
  },
  secret_not_allowed: {
    title: "A secret cannot stand here",
    about:
      "Secrets stand in the fields of a call only (`url`, `query`, `headers`, `body`, `text`, `form`, `multipart`, `auth`), so that they are never recorded.",
  },
  secret_in_expression: {
    title: "A secret stands within an expression",
    about:
      "A secret is put in at the moment of the call: write `{{ secrets.NAME }}` by itself or within text. What is made of one, such as a signature, is Lua in a field of the call, which names it as `secrets.NAME`.",
  },
  unknown_language: {
    title: "The language of an expression is unknown",
    about:
      "An object with exactly the keys `expr` and `lang` is an expression. `lang` is `path`, `jsonpath` or `lua`, or `literal` for an object that is sent as it is; any other such object is data when its `lang` is written as a template: `lang: \"{{ 'sql' }}\"`.",
  },
  invalid_lua: {
    title: "A text is not valid Lua",
    about:
      "The text is the body of a Lua 5.4 function: it returns a value with `return`. The message says the line.",
  },
  invalid_jsonpath: {
    title: "A JSONPath query is not valid",
    about:
      "The text is not a query of RFC 9535. It begins with `$`, which is the whole context: `$.trigger.body.items[?@.price > 10].name`.",
  },
  invalid_schedule: {
    title: "A schedule is not valid",
    about:
      "A schedule has five fields (minute, hour, day of the month, month, day of the week) or six with the seconds first, or is one of `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.",
  },
  invalid_time_zone: {
    title: "A time zone is not known",
    about: "A time zone is named as in the IANA database: `UTC`, `Europe/Berlin`, `America/New_York`.",
  },
  wait_for_nothing: {
    title: "A wait is for nothing",
    about:
      "A wait names a `signal`, `any` or `all` of several, or an `event`; with a `request` it is for the callback.",
  },
  wait_for_two_things: {
    title: "A wait is for two things",
    about:
      "A wait is for one thing. Make two steps of it; with `any` or `all` one wait takes several signals.",
  },
  field_needs_event: {
    title: "A field makes sense with an event only",
    about:
      "`subject` and `when` of a wait say which events of a type are meant. Remove them from a wait for signals.",
  },
  condition_not_boolean: {
    title: "A condition can never be true or false",
    about: "A condition must give true, false or null.",
  },
  constant_condition: {
    title: "A condition is always the same",
    about: "It reads nothing of the run. A warning: the document is accepted.",
  },
  race_of_changes: {
    title: "A race of calls that change something",
    about:
      "The losers of a race are aborted, and what they had done by then stays done. Race calls of GET, or undo with `compensate` and `when_unknown: true`.",
  },
  header_case: {
    title: "A header is read by a name that is not in lowercase",
    about:
      "Names of headers are in lowercase wherever they are read, so that the value would always be null. A warning: the document is accepted.",
  },
  invalid_method: {
    title: "The method is not valid",
    about: "Methods are GET, HEAD, PUT, POST, PATCH, DELETE and OPTIONS, in capital letters.",
  },
  invalid_url: {
    title: "The URL is not valid",
    about:
      "A URL begins with `http://` or `https://`, or with `/` when `defaults.base_url` is set, and has no credentials, no fragment and no white space.",
  },
  body_not_allowed: {
    title: "The request cannot have a body",
    about: "GET and HEAD have no body (RFC 9110, section 9.3.1). Use another method, or `query`.",
  },
  body_twice: {
    title: "The request has two bodies",
    about:
      "`body` (JSON), `text`, `form`, `multipart` and `base64` exclude each other, and so do `text`, `base64` and `body` of one part.",
  },
  pages_not_allowed: {
    title: "The answer cannot have further pages",
    about:
      "`response.paginate` asks for pages by GET. It stands in a step with a GET request, and neither beside `poll` or a `wait` nor in a compensation.",
  },
  content_type_twice: {
    title: "The request says its content type twice",
    about:
      "`multipart` sets the header `content-type` itself, because the boundary between the parts stands in it. Remove the header.",
  },
  invalid_header: {
    title: "A header is not valid",
    about:
      "Names are tokens and values have no line breaks or other control characters (RFC 9110, section 5).",
  },
  engine_header: {
    title: "The engine sets this header",
    about:
      "Headers that the engine sends with every call, and those that belong to the connection, cannot be set.",
  },
  authorization_twice: {
    title: "The request is authorized twice",
    about: "`auth` sets the header `authorization`. Remove one of the two.",
  },
  retry_delays: {
    title: "The delays of a retry do not fit together",
    about: "`delay` may not be longer than `max_delay` (1m unless it is given).",
  },
  invalid_schema: {
    title: "A JSON Schema is not valid",
    about: "Schemas are JSON Schema 2020-12. The message names the keyword and what it must be.",
  },
  unsupported_schema: {
    title: "A JSON Schema uses what is not supported",
    about:
      "References stay within the schema or name another of the document's `schemas`; patterns are those that a linear-time engine takes (no look-around, no back references); keywords of older drafts are refused.",
  },
} as const satisfies Record<string, ProblemEntry>;

export type ProblemCode = keyof typeof documentProblems;
