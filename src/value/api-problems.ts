// The catalogue's errors of what the HTTP API does around the engine: preconditions, rates, expressions tried on a run.

/** A part of `catalogue`. */
export const apiProblems = {
  precondition_failed: {
    status: 412,
    title: "What is stored is not what the request expects",
    about:
      "`If-Match` names an `ETag` that is not, or no longer, that of the highest version or of the rule, or `If-None-Match: *` asks for one that is not there yet, and it is. Somebody else has stored another: read it, bring the two together, and put the result with its `ETag`.",
  },
  invalid_host_rule: {
    status: 422,
    title: "The rule for a host is not valid",
    about:
      "A rule is for one host (`api.example.com`, `*.example.com` for all below it, each with a port or without) and gives at least one of `rate` (a number and a time up to 1h: `10/1s`), `concurrency` (a number), `breaker` (failures in a row and a time: `5/30s`) and `workflows` (1 to 100 names, or beginnings of names: `process-*`); numbers are 1 to 10,000.",
  },
  host_rule_not_found: {
    status: 404,
    title: "There is no rule for the host",
    about: "The tenant has no rule for exactly this host. `dispatched host list` shows those that there are.",
  },
  too_many_host_rules: {
    status: 422,
    title: "Too many rules for hosts",
    about:
      "A tenant may have 200 rules. One for `*.example.com` is for every host below it; `dispatched host delete` removes one.",
  },
  expectation_failed: {
    status: 417,
    title: "What is expected is not known",
    about: "The header `Expect` may only be `100-continue`. Leave it away.",
  },
  too_many_open_requests: {
    status: 429,
    title: "Too many requests are open",
    about:
      "A tenant may have 2,000 requests open at once on a server, streams and waits among them, and all tenants together half as many as the server may open files. Nothing was done. Close streams that nobody reads, and follow a list by one stream instead of each of its runs. The log says `requests.full`, with the tenant.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    about:
      "The tenant has used up its requests for now (`DISPATCHED_RATE_LIMIT`), what comes to its hooks and callbacks included, or one callback was asked more than 60 times in a minute. Nothing was done. `Retry-After` says when one more is free; the headers `RateLimit` and `RateLimit-Policy` of every answer to a session, key or run token say how many are left.",
  },
  expression_failed: {
    status: 422,
    title: "The expression cannot be evaluated",
    about:
      "The text is no expression of the language that was named, names a secret, or fails over the run's data. The message says which and where. Nothing was called or changed.",
  },
} as const;
