// The catalogue's errors of what the HTTP API does around the engine: preconditions, rates, expressions tried on a run.

/** A part of `catalogue`. */
export const apiProblems = {
  precondition_failed: {
    status: 412,
    title: "What is stored is not what the request expects",
    about:
      "`If-Match` names an `ETag` that is not, or no longer, that of the highest version, or `If-None-Match: *` asks for a workflow that is not there yet, and it is. Somebody else has stored a version: read it, bring the two together, and put the result with its `ETag`.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    about:
      "The tenant has used up its requests for now (`DISPATCHED_RATE_LIMIT`). Nothing was done. `Retry-After` says when one more is free; the headers `RateLimit` and `RateLimit-Policy` of every answer say how many are left.",
  },
  expression_failed: {
    status: 422,
    title: "The expression cannot be evaluated",
    about:
      "The text is no expression of the language that was named, names a secret, or fails over the run's data. The message says which and where. Nothing was called or changed.",
  },
} as const;
