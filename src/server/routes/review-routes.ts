// Looks at runs beside their way: an expression over a run, its whole record.

import type { EngineApi, EventView } from "../../engine/engine-api.ts";
import { stepStatuses } from "../../run/status.ts";
import type { RunId, TenantId } from "../../value/id.ts";
import { eventJson, runJson, stepItemJson, workflowJson } from "../api-json.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { jsonAnswerOf } from "../json-body.ts";
import { redact, redactedText } from "../redact.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { runIdOf } from "../run-id-of.ts";
import { ofRun, runId } from "../schemas/parts.ts";
import { stepItem } from "../schemas/run-schemas.ts";
import { anything, choice, flag, list, optional, record, text, whole, withDefault } from "../typed-schema.ts";
import { wholeRecord } from "../whole-record.ts";

const params = { id: runId } as const;
const pageEvents = 500;
async function eventsOf(engine: EngineApi, tenant: TenantId, run: RunId): Promise<readonly EventView[]> {
  const events: EventView[] = [];
  for (let after = 0; ; ) {
    const found = await engine.listEvents(tenant, run, after, pageEvents, 0);
    events.push(...found.events);
    const last = found.events.at(-1)?.seq;
    if (last === undefined) return events;
    after = last;
  }
}

export const reviewRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/runs/:id/steps/:step/items",
    access: "session",
    id: "listRunItems",
    tag: "runs",
    summary: "Items of a step's strategy, in their order",
    params: { id: runId, step: text("Id of the step") },
    query: {
      status: optional(choice("Only items of this status", stepStatuses)),
      from: withDefault(whole("How many of those that fit are passed over"), 0),
      limit: withDefault(whole("Items", 1, 500), 100),
    },
    answers: {
      200: answer(
        "Items",
        record("Items", { total: whole("How many fit"), items: list("From `from` on", stepItem) }),
        ofRun,
      ),
    },
    errors: ["run_not_found", "run_quarantined", "step_not_found", "workflow_not_found", "version_not_found"],
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const { status, ...place } = request.asked;
      const query = status === undefined ? place : { ...place, status };
      const found = await engine.review.listItems(tenant, run, request.params["step"] ?? "", query);
      const body = { total: found.total, items: found.items.map(stepItemJson) };
      return jsonAnswer(200, body, { "dispatched-run": run });
    },
  }),
  route({
    method: "POST",
    path: "/api/runs/:id/evaluate",
    access: "session",
    id: "evaluate",
    tag: "runs",
    summary: "The value of an expression over a run as it is; nothing is called or recorded",
    about: "Secrets have no value here.",
    params,
    body: jsonBody(
      record("An expression", {
        expression: text("As in `when`; of Lua, the body of a function", { minLength: 1, maxLength: 65_536 }),
        lang: withDefault(choice("Its language", ["path", "jsonpath", "lua"]), "path"),
      }),
    ),
    answers: { 200: answer("Its value", record("A value", { value: anything("Any JSON") }), ofRun) },
    errors: [
      "run_not_found",
      "run_quarantined",
      "expression_failed",
      "workflow_not_found",
      "version_not_found",
      "sandbox_unavailable",
    ],
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const { expression, lang } = request.body;
      // A default of a body is a description: only parameters of the query are filled in.
      const value = await engine.review.evaluate(tenant, run, { text: expression, lang: lang ?? "path" });
      return jsonAnswer(200, { value }, { "dispatched-run": run });
    },
  }),
  route({
    method: "GET",
    path: "/api/runs/:id/export",
    access: "session",
    id: "exportRun",
    tag: "runs",
    summary: "The whole record of a run: workflow, run, events",
    about:
      "Names, times, counts and codes; values, messages, labels and the workflow's text only with `redacted=false`, and large bodies then where they belong.",
    params,
    query: { redacted: withDefault(flag("Without values"), true) },
    answers: {
      200: answer(
        "The record",
        record("The record of a run", {
          redacted: flag("Without values"),
          workflow: anything("The version that ran"),
          run: anything("As `getRun` tells it"),
          events: list("As `listEvents` tells them", anything("An event")),
        }),
        ofRun,
      ),
    },
    errors: ["run_not_found", "run_quarantined", "workflow_not_found", "version_not_found"],
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const { redacted } = request.asked;
      const view = await engine.getRun(tenant, run);
      const stored = workflowJson(await engine.getWorkflow(tenant, view.workflow, view.version));
      const events = await eventsOf(engine, tenant, run);
      if (!redacted) {
        const whole = await wholeRecord(engine, tenant, { view, events });
        const body = { redacted, workflow: stored, ...whole };
        return jsonAnswerOf(200, { body }, "body", { "dispatched-run": run });
      }
      const workflow = { ...(stored as object), text: redactedText, description: null };
      const told = events.map((event) => redact(eventJson(run, event)));
      const body = { redacted, workflow, run: redact(runJson(view)), events: told };
      return jsonAnswer(200, body, { "dispatched-run": run });
    },
  }),
];
