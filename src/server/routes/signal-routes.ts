// Signals to runs, and the callbacks that services answer by.

import { acceptedItem } from "../accepted-answer.ts";
import { maybeTime, timeJson } from "../api-json.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { runIdOf } from "../run-id-of.ts";
import { anyId, idempotencyKey, ofRun, runId } from "../schemas/parts.ts";
import { anything, choice, optional, orNull, record, text, time } from "../typed-schema.ts";

const token = text("The token of the callback");
const item = optional(anyId("Id of the item of the inbox that waits", "itm"));
const location = optional(text("Where the item is"));
const callback = record("What the holder of the address is shown", {
  status: choice("Whether it waits", ["waiting", "answered"]),
  show: optional(anything("What the workflow's author lets the holder see")),
  until: optional(time("When it ends by itself")),
  at: optional(orNull(time("When it was answered"))),
});

export const signalRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/runs/:id/signal/:name",
    access: "run_or_key",
    id: "sendSignal",
    tag: "runs",
    summary: "Sends a signal",
    params: { id: runId, name: text("Name of the signal") },
    headers: { "idempotency-key": idempotencyKey },
    body: jsonBody(anything("What the signal brings"), { none: null }),
    answers: {
      202: answer(
        "Taken: the run has it, or it waits in the inbox as `item`",
        record("What was taken", {
          run: optional(runId),
          signal: optional(text("Its name")),
          item,
          location,
        }),
        ofRun,
      ),
    },
    errors: [
      "run_not_found",
      "signal_unknown",
      "run_ended",
      "schema_mismatch",
      "too_many_signals",
      "inbox_full",
      "idempotency_conflict",
    ],
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const signal = request.params["name"] as string;
      const waits = await engine.acceptSignal(tenant, run, signal, request.body, idempotencyKeyOf(request));
      if (waits !== null) return acceptedItem(waits);
      return jsonAnswer(202, { run, signal }, { "dispatched-run": run });
    },
  }),
  route({
    // Looking never answers: addresses are opened by mail scanners and previews.
    method: "GET",
    path: "/callbacks/:token",
    access: "hook",
    id: "showCallback",
    tag: "runs",
    summary: "What the holder of a callback's address is shown",
    params: { token },
    answers: { 200: answer("Whether it waits", callback) },
    errors: ["callback_unknown"],
    handle: async ({ engine }, request) => {
      const view = await engine.showCallback(request.params["token"] as string);
      if (view.status === "waiting") {
        return jsonAnswer(200, { status: view.status, show: view.show, until: timeJson(view.until) });
      }
      return jsonAnswer(200, { status: view.status, at: maybeTime(view.at) });
    },
  }),
  route({
    method: "POST",
    path: "/callbacks/:token",
    access: "hook",
    id: "answerCallback",
    tag: "runs",
    summary: "Answers a callback",
    params: { token },
    headers: { "idempotency-key": idempotencyKey },
    body: jsonBody(anything("The answer"), { none: null }),
    answers: {
      202: answer(
        "Taken, or it waits in the inbox as `item`",
        record("What was taken", { status: optional(choice("In a word", ["answered"])), item, location }),
      ),
    },
    errors: [
      "callback_unknown",
      "wait_over",
      "schema_mismatch",
      "too_many_signals",
      "inbox_full",
      "run_ended",
    ],
    handle: async ({ engine }, request) => {
      const key = idempotencyKeyOf(request);
      const waits = await engine.acceptCallback(request.params["token"] as string, request.body, key);
      if (waits !== null) return acceptedItem(waits);
      return jsonAnswer(202, { status: "answered" });
    },
  }),
];
