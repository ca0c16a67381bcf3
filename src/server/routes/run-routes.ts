// Runs: look, follow, list, cancel.

import type { RunQuery } from "../../engine/engine-api.ts";
import type { TenantId } from "../../value/id.ts";
import { DispatchedError } from "../../value/problem.ts";
import { acceptedItem, acceptedRun } from "../accepted-answer.ts";
import { eventJson, runItemJson, runJson } from "../api-json.ts";
import type { ApiRequest } from "../api-request.ts";
import { briefEvent, briefRun } from "../brief.ts";
import { answer } from "../describe-route.ts";
import { streamAnswer, wantsStream } from "../event-stream.ts";
import { followRun, followRuns } from "../follow-run.ts";
import { followingOf } from "../following-of.ts";
import { emptyAnswer, jsonAnswer, type Route, type RouteContext, route } from "../route.ts";
import { runFilterQuery, runQueryOf } from "../run-filter.ts";
import { runIdOf } from "../run-id-of.ts";
import { event } from "../schemas/event-schemas.ts";
import { anyId, ofRun, page, pageQuery, runId, streamed, wait } from "../schemas/parts.ts";
import { runItem, run as runSchema } from "../schemas/run-schemas.ts";
import { either, flag, list, optional, record, text, whole, withDefault } from "../typed-schema.ts";

const brief = withDefault(flag("Without bodies, headers, requests and outputs"), false);
const params = { id: runId } as const;
const taken = record("What was taken, for an API key alone", {
  run: optional(runId),
  item: optional(anyId("Id of the item of the inbox", "itm")),
  location: text("Where to look"),
});

/** Errors: `invalid_header`, `run_not_found`, before the stream begins. */
async function streamRun(
  context: RouteContext,
  request: ApiRequest,
  tenant: TenantId,
  { after, brief }: { readonly after: number; readonly brief: boolean },
) {
  const run = runIdOf(request);
  const { events, ended } = await context.engine.listEvents(tenant, run, after, 1, 0);
  if (ended && events.length === 0) return emptyAnswer;
  const parts = followRun(followingOf(context, request), tenant, run, { after, brief });
  return streamAnswer(parts, { "dispatched-run": run });
}

/** A filter that would not hold is refused, so that nobody takes all events for those of a step. Errors: `invalid_query`. */
function requireFilter(request: ApiRequest, step: string | undefined, item: number | null): void {
  if (step === undefined && item !== null) {
    throw new DispatchedError("invalid_query", "item is one of a step: step says which", {
      hint: "ask with step=ID&item=N",
    });
  }
  if (step !== undefined && wantsStream(request)) {
    throw new DispatchedError("invalid_query", "a stream tells the events of all steps: it takes no step", {
      hint: "ask without Accept: text/event-stream, or look at the step of each event that the stream tells",
    });
  }
}

/** Errors: `invalid_header`. */
function lastIdOf({ headers }: ApiRequest): number | null {
  const id = headers["last-event-id"] ?? "";
  if (id === "") return null;
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new DispatchedError("invalid_header", "Last-Event-ID is the number of an event");
}

export const runRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/runs",
    access: "session",
    id: "listRuns",
    tag: "runs",
    summary: "Runs, newest first",
    query: { ...runFilterQuery, ...pageQuery },
    about:
      "With `Accept: text/event-stream` a stream: `reset` (load the list) at its beginning, then `run` for each run that fits as it changes, `unfit` for one that changed and does not fit.",
    answers: {
      200: { ...answer("Runs", page("runs", runItem)), content: { "text/event-stream": streamed } },
    },
    errors: ["invalid_cursor"],
    handle: async (context, request, tenant) => {
      const { engine } = context;
      const { asked } = request;
      const filter: RunQuery = runQueryOf(asked);
      if (wantsStream(request)) {
        return streamAnswer(followRuns(followingOf(context, request), tenant, filter));
      }
      const { rows, next } = await engine.listRuns(tenant, filter, asked.cursor ?? null, asked.limit);
      return jsonAnswer(200, { runs: rows.map(runItemJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/runs/:id",
    access: "run",
    id: "getRun",
    tag: "runs",
    summary: "One run with its steps",
    about: "With `wait` it answers when the run has ended, or the time is over.",
    params,
    query: { wait, brief },
    answers: { 200: answer("The run", runSchema, ofRun) },
    errors: ["run_not_found", "run_quarantined"],
    handle: async ({ engine, clock }, request, tenant) => {
      const run = runIdOf(request);
      const { wait: seconds, brief: short } = request.asked;
      const view =
        seconds === 0
          ? await engine.getRun(tenant, run)
          : await engine.waitForEnd(tenant, run, clock.now() + seconds * 1000);
      const told = short ? briefRun(runJson(view)) : runJson(view);
      return jsonAnswer(200, told, { "dispatched-run": run });
    },
  }),
  route({
    method: "GET",
    path: "/api/runs/:id/events",
    access: "session",
    id: "listEvents",
    tag: "runs",
    summary: "The log of a run",
    about:
      "With `Accept: text/event-stream` a stream of `event`, each once, and of `ended` with the last; it goes on after `Last-Event-ID`, and is 204 when nothing is to come.",
    params,
    headers: { "last-event-id": optional(text("Number of the last event that came")) },
    query: {
      after: withDefault(whole("Number of the last event that was read"), 0),
      limit: withDefault(whole("Events", 1, 1_000), 200),
      wait,
      brief,
      step: optional(text("Id of a step: only its events, at once and not as a stream")),
      item: optional(whole("With `step`: only those of this item, from 0")),
    },
    answers: {
      200: {
        about: "Events",
        schema: record("Events", {
          events: list("In their order", event),
          ended: flag("The run has ended, and these are its last events"),
        }),
        content: { "text/event-stream": streamed },
        headers: ofRun,
      },
      204: { about: "Of a stream: nothing is to come, do not ask again" },
    },
    errors: ["run_not_found", "run_quarantined", "step_not_found"],
    handle: async (context, request, tenant) => {
      const { engine, clock } = context;
      const { after, limit, brief: short, step, item = null } = request.asked;
      const until = clock.now() + request.asked.wait * 1000;
      const run = runIdOf(request);
      requireFilter(request, step, item);
      if (wantsStream(request)) {
        return streamRun(context, request, tenant, { after: lastIdOf(request) ?? after, brief: short });
      }
      const found =
        step === undefined
          ? await engine.listEvents(tenant, run, after, limit, until)
          : await engine.review.eventsAt(tenant, run, after, limit, { step, item });
      const events = found.events.map((event) => eventJson(run, event));
      const body = { events: short ? events.map(briefEvent) : events, ended: found.ended };
      return jsonAnswer(200, body, { "dispatched-run": run });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/runs/:id",
    access: "key",
    id: "cancelRun",
    tag: "runs",
    summary: "Cancels a run",
    params,
    query: { compensate: withDefault(flag("Undo what was done"), true) },
    answers: {
      202: answer("The run or, for an API key alone, what was taken", either(runSchema, taken), ofRun),
    },
    errors: [
      "run_not_found",
      "run_ended",
      "run_quarantined",
      "run_elsewhere",
      "inbox_bytes_full",
      "inbox_full",
    ],
    handle: async ({ engine }, request, tenant, by) => {
      const { compensate } = request.asked;
      const run = runIdOf(request);
      if (by === "key") {
        const item = await engine.acceptCancel(tenant, run, compensate);
        return item === null ? acceptedRun(run) : acceptedItem(item);
      }
      const view = await engine.cancelRun(tenant, run, compensate);
      return jsonAnswer(202, runJson(view), { "dispatched-run": run });
    },
  }),
];
