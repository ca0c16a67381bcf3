// One action on every run that fits a filter, or on named runs: told before, begun, followed, aborted.

import type { BulkRequest } from "../../engine/bulk-api.ts";
import { bulkActions, bulkStates } from "../../ports/bulk-store.ts";
import type { RunId } from "../../value/id.ts";
import { limits } from "../../value/limits.ts";
import { DispatchedError } from "../../value/problem.ts";
import { bulkJson, bulkPreviewJson, bulkRunJson } from "../api-json.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { streamAnswer, wantsStream } from "../event-stream.ts";
import { followBulk } from "../follow-run.ts";
import { followingOf } from "../following-of.ts";
import { bulkIdOf } from "../id-of.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { jsonAnswer, type Route, type RouteContext, route } from "../route.ts";
import { runFilterQuery, runQueryOf } from "../run-filter.ts";
import { anyId, idempotencyKey, page, pageQuery, runId, streamed, wait } from "../schemas/parts.ts";
import { runItem } from "../schemas/run-schemas.ts";
import {
  choice,
  either,
  flag,
  list,
  optional,
  orNull,
  record,
  text,
  time,
  type ValueOf,
  whole,
  withDefault,
} from "../typed-schema.ts";

const filter = record("Which runs: at least one member, so that not every run is taken", runFilterQuery);
const bulkId = anyId("Id of a bulk action", "blk");
const params = { id: bulkId } as const;
const head = {
  id: bulkId,
  action: choice("What is done with each", bulkActions),
  state: choice("`running` until each was dealt with, or it was aborted", bulkStates),
  total: whole("Runs that it takes"),
  done: whole("Runs that were dealt with"),
  refused: whole("Of them, those that were refused"),
  created_at: time("When the runs were fixed"),
  ended_at: orNull(time("When it ended")),
} as const;
const bulk = record("An action on many runs, and how far it is", head, "Bulk");
const bulkResults = record(
  "An action on many runs, with a page of them",
  {
    ...head,
    results: list(
      "Newest run first",
      record("Of one run", {
        run: runId,
        state: choice("What became of it", ["pending", "done", "refused"]),
        code: orNull(text("Why it was refused")),
        created: orNull(text("The run that goes again from it")),
      }),
    ),
    next: orNull(text("`cursor` of the page after; null after the last")),
  },
  "BulkResults",
);
const preview = record(
  "What an action would take",
  {
    matched: whole("Runs that fit, at most 10,000; of `runs` those that are there"),
    more: flag("There are more, which one action does not take"),
    oldest_at: orNull(time("When the oldest of them was made")),
    newest_at: orNull(time("When the newest of them was made")),
    bound: time("Now: as `to` of the filter, it leaves out what is made later"),
    samples: list("The newest, five at most", runItem),
  },
  "BulkPreview",
);

const named = list("Which runs, by their ids: each once, also one that is not there", runId, {
  minItems: 1,
  maxItems: limits.bulk_named_runs,
});
const asked = record("A bulk action: of the runs that fit `filter`, or of `runs`", {
  action: choice("What is done with each", bulkActions),
  preview: optional(flag("Only tell which runs are taken: nothing is done with them")),
  filter: optional({ ...filter, source: { ...filter.source, minProperties: 1 } }),
  runs: optional(named),
});

/** Errors: `invalid_body`, `invalid_query`. */
function requestOf({ action, filter: fits, runs }: ValueOf<typeof asked>): BulkRequest {
  if (runs !== undefined && fits === undefined) return { action, runs: runs as readonly RunId[] };
  if (fits !== undefined && runs === undefined) return { action, filter: runQueryOf(fits) };
  throw new DispatchedError("invalid_body", "a bulk action has `filter` or `runs`: one of them");
}

/** As it is now, with a page of its runs. */
async function shown(
  { engine }: RouteContext,
  tenant: Parameters<typeof engine.bulks.show>[0],
  id: ReturnType<typeof bulkIdOf>,
  asked: { readonly refused: boolean; readonly cursor: string | undefined; readonly limit: number },
) {
  const { rows, next } = await engine.bulks.results(
    tenant,
    id,
    asked.refused,
    asked.cursor ?? null,
    asked.limit,
  );
  return { ...bulkJson(await engine.bulks.show(tenant, id)), results: rows.map(bulkRunJson), next };
}

export const bulkRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/runs/bulk",
    access: "session",
    id: "bulk",
    tag: "runs",
    summary: "One action on every run that fits a filter, or on runs by their ids",
    about:
      "The runs are fixed, 10,000 at most (of `runs` 1,000), and dealt with from then on: each once, also over a crash. With `preview` nothing is done. With an idempotency key one is begun, however often it is asked for, until it is forgotten. With `wait` it answers 200 with results when it has ended within that time.",
    query: { wait },
    headers: { "idempotency-key": idempotencyKey },
    body: jsonBody(asked),
    answers: {
      200: answer("What would be taken, or what became of each", either(preview, bulkResults)),
      202: answer("Begun", bulk, { location: "Where to look" }),
    },
    errors: ["invalid_query", "too_many_bulks", "too_many_runs", "idempotency_conflict"],
    handle: async (context, asking, tenant) => {
      const { bulks } = context.engine;
      const { body } = asking;
      const seconds = asking.asked.wait;
      const request = requestOf(body);
      if (body.preview === true)
        return jsonAnswer(200, bulkPreviewJson(await bulks.preview(tenant, request)));
      const until = context.clock.now() + seconds * 1000;
      let row = await bulks.begin(tenant, request, idempotencyKeyOf(asking));
      while (row.state === "running" && context.clock.now() < until && context.engine.unready() === null) {
        row = await bulks.next(tenant, row.id, row.done, until);
      }
      const isTold = row.state !== "running" && seconds > 0;
      // Who waited longer than the session lasted is told of no runs.
      if (isTold && (await followingOf(context, asking).mayGoOn())) {
        return jsonAnswer(
          200,
          await shown(context, tenant, row.id, { refused: false, cursor: undefined, limit: 200 }),
        );
      }
      return jsonAnswer(202, bulkJson(row), { location: `/api/bulk/${row.id}` });
    },
  }),
  route({
    method: "GET",
    path: "/api/bulk",
    access: "session",
    id: "listBulks",
    tag: "runs",
    summary: "Bulk actions, newest first; those that ended are kept for 7 days",
    query: pageQuery,
    answers: { 200: answer("Bulk actions", page("bulks", bulk)) },
    errors: ["invalid_cursor"],
    handle: async ({ engine }, { asked }, tenant) => {
      const { rows, next } = await engine.bulks.list(tenant, asked.cursor ?? null, asked.limit);
      return jsonAnswer(200, { bulks: rows.map(bulkJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/bulk/:id",
    access: "session",
    id: "getBulk",
    tag: "runs",
    summary: "How far a bulk action is, and what became of its runs",
    about:
      "With `wait` it answers when it has ended, or the time is over. With `Accept: text/event-stream` a stream of `bulk` as it goes on, and `ended` with the last.",
    params,
    query: { wait, refused: withDefault(flag("Only runs that were refused"), false), ...pageQuery },
    answers: {
      200: { ...answer("How far it is", bulkResults), content: { "text/event-stream": streamed } },
    },
    errors: ["bulk_not_found", "invalid_cursor"],
    handle: async (context, request, tenant) => {
      const { engine, clock } = context;
      const id = bulkIdOf(request);
      let row = await engine.bulks.show(tenant, id);
      if (wantsStream(request)) return streamAnswer(followBulk(followingOf(context, request), tenant, id));
      const until = clock.now() + request.asked.wait * 1000;
      while (row.state === "running" && clock.now() < until && engine.unready() === null) {
        row = await engine.bulks.next(tenant, id, row.done, until);
      }
      return jsonAnswer(200, await shown(context, tenant, id, request.asked));
    },
  }),
  route({
    method: "DELETE",
    path: "/api/bulk/:id",
    access: "session",
    id: "abortBulk",
    tag: "runs",
    summary: "Aborts a bulk action: runs that were not dealt with stay as they are",
    about:
      "What was under way at this moment may still be done, and is noted. One that has ended stays as it is.",
    params,
    answers: { 202: answer("As it is now", bulk) },
    errors: ["bulk_not_found"],
    handle: async ({ engine }, request, tenant) =>
      jsonAnswer(202, bulkJson(await engine.bulks.abort(tenant, bulkIdOf(request)))),
  }),
];
