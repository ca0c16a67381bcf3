// The catalogue's errors of what the HTTP API does around the engine: preconditions, rates, bulk actions, sign-in links.

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
  bulk_not_found: {
    status: 404,
    title: "No bulk action has this id",
    about:
      "Bulk actions are remembered by the node that carries them out, for an hour after their end, 100 of a tenant. What one did stands in the log of each run.",
  },
  too_many_bulks: {
    status: 429,
    title: "Too many bulk actions are under way",
    about: "A tenant may have 10 bulk actions under way at once. Wait for one, or abort it.",
  },
  sign_in_link_unknown: {
    status: 404,
    title: "The link does not sign in",
    about:
      "A sign-in link works once, within a minute, on the node that made it, and while the session that made it lasts. `dispatched open` makes another.",
  },
  expression_failed: {
    status: 422,
    title: "The expression cannot be evaluated",
    about:
      "The text is no expression of the language that was named, names a secret, or fails over the run's data. The message says which and where. Nothing was called or changed.",
  },
} as const;
