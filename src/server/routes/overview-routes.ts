// Looks at many runs at once: how they failed, what they wait for.

import { waitKinds } from "../../run/open-waits.ts";
import { failureGroupJson, runWaitsJson } from "../api-json.ts";
import { answer } from "../describe-route.ts";
import { streamAnswer, wantsStream } from "../event-stream.ts";
import { followFailures, followWaits } from "../follow-run.ts";
import { followingOf } from "../following-of.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { runFilterQuery, runQueryOf } from "../run-filter.ts";
import { page, pageQuery, streamed, wait } from "../schemas/parts.ts";
import { failureGroup, runWaits, waitKind } from "../schemas/run-schemas.ts";
import { flag, list, optional, withDefault } from "../typed-schema.ts";

const { workflow, label, from, to } = runFilterQuery;
const noFilter = {
  workflow: undefined,
  status: undefined,
  doing: undefined,
  label: undefined,
  fingerprint: undefined,
};

export const overviewRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/failures",
    access: "session",
    id: "listFailures",
    tag: "runs",
    summary: "Runs that ended badly, grouped by workflow, step, code and status; what failed last first",
    about:
      "Runs that failed or timed out, and those of which something could not be undone. `from` and `to` look at when runs were made, as in `listRuns`; `fingerprint` there, and in the filter of `bulk`, names the runs of a group. With times a group's newest 10,000 runs are counted. With `Accept: text/event-stream` a stream: `reset` (load the list) at its beginning, then `failure` for each run by which it has changed.",
    query: { workflow, from, to, ...pageQuery },
    answers: {
      200: {
        ...answer("Groups", page("failures", failureGroup)),
        content: { "text/event-stream": streamed },
      },
    },
    errors: ["invalid_cursor"],
    handle: async (context, request, tenant) => {
      const { cursor, limit, ...filter } = request.asked;
      const query = runQueryOf({ ...noFilter, ...filter });
      if (wantsStream(request))
        return streamAnswer(followFailures(followingOf(context, request), tenant, query));
      const { rows, next } = await context.engine.review.listFailures(tenant, query, cursor ?? null, limit);
      return jsonAnswer(200, { failures: rows.map(failureGroupJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/waits",
    access: "session",
    id: "listWaits",
    tag: "runs",
    summary: "What is waited for, by runs, the oldest first",
    about:
      "With `wait` the first page answers when there is something, or the time is over. With `Accept: text/event-stream` a stream: `reset` (load the list) at its beginning, then `wait` for each run whose waits changed; `waits` is empty for one that waits for none of these any more. A page before the last may hold fewer rows than `limit`.",
    query: {
      workflow,
      label,
      from,
      to,
      kind: optional(list("Kinds: any of these", waitKind, { minItems: 1 })),
      people: withDefault(flag("Only what waits for people: signals and callbacks"), false),
      wait,
      ...pageQuery,
    },
    answers: {
      200: {
        ...answer("Runs with their waits", page("waits", runWaits)),
        content: { "text/event-stream": streamed },
      },
    },
    errors: ["invalid_cursor", "run_quarantined"],
    handle: async (context, request, tenant) => {
      const { engine, clock } = context;
      const { cursor, limit, kind, people, wait: seconds, ...filter } = request.asked;
      const kinds = (kind ?? waitKinds).filter((one) => !people || one === "signal" || one === "callback");
      const query = { ...runQueryOf({ ...noFilter, ...filter }), kinds };
      if (wantsStream(request))
        return streamAnswer(followWaits(followingOf(context, request), tenant, query));
      const until = clock.now() + seconds * 1000;
      const { rows, next } = await engine.review.listWaits(tenant, query, cursor ?? null, limit, until);
      return jsonAnswer(200, { waits: rows.map(runWaitsJson), next });
    },
  }),
];
