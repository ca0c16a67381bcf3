// What may be done with a run: pause, resume, undo again, run again, explain.

import { explanationJson, runJson, stepAgainJson } from "../api-json.ts";
import type { ApiAnswer } from "../api-request.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { runIdOf } from "../run-id-of.ts";
import { idempotencyKey, ofRun, runId, version } from "../schemas/parts.ts";
import {
  created as createdSchema,
  explanation,
  rerunPreview,
  run as runSchema,
} from "../schemas/run-schemas.ts";
import { anything, flag, list, optional, orNull, record, text, withDefault } from "../typed-schema.ts";

function created(run: string, rerun: string): ApiAnswer {
  const location = `/api/runs/${rerun}`;
  return jsonAnswer(201, { run: rerun, location, rerun_of: run }, { location, "dispatched-run": rerun });
}

const commands = {
  pause: ["pauseRun", "Starts nothing more of a run"],
  resume: ["resumeRun", "Goes on with a run that was paused"],
  compensate: ["compensateRun", "Tries again to undo what could not be undone"],
} as const;

const params = { id: runId } as const;
const madeAgain = answer("The new run", createdSchema, { location: "Where to look", ...ofRun });
const rerunErrors = [
  "sandbox_unavailable",
  "run_not_found",
  "run_not_ended",
  "run_quarantined",
  "run_is_child",
  "step_not_found",
  "version_not_found",
  "workflow_not_found",
  "rerun_body_not_allowed",
  "idempotency_conflict",
  "rerun_items_not_allowed",
  "rerun_kind_changed",
  "rerun_body_needed",
  "schema_mismatch",
  "too_many_runs",
  "concurrency_limit",
  "invalid_concurrency_key",
] as const;

const commandRoutes = (Object.keys(commands) as (keyof typeof commands)[]).map((name) => {
  const [id, summary] = commands[name];
  return route({
    method: "POST",
    path: `/api/runs/:id/${name}`,
    access: "session",
    id,
    tag: "runs",
    summary,
    params,
    answers: { 202: answer("The run", runSchema, ofRun) },
    errors: [
      "run_not_found",
      "run_ended",
      "run_not_ended",
      "nothing_to_compensate",
      "outcome_in_use",
      "run_quarantined",
      "run_elsewhere",
      "run_is_child",
    ],
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      return jsonAnswer(202, runJson(await engine[id](tenant, run)), { "dispatched-run": run });
    },
  });
});

export const controlRoutes: readonly Route[] = [
  ...commandRoutes,
  route({
    method: "POST",
    path: "/api/runs/:id/rerun",
    access: "session",
    id: "rerun",
    tag: "runs",
    summary: "A new run from chosen steps",
    params,
    headers: { "idempotency-key": idempotencyKey },
    body: jsonBody(
      record("What runs again", {
        from: optional(
          orNull(list("Ids of steps, and items as step[3]; what did not pass without it", text("Id"))),
        ),
        version: optional(orNull(version)),
        body: optional(anything("Another input")),
      }),
    ),
    query: { preview: withDefault(flag("Only tell what would be kept and what would run again"), false) },
    answers: { 200: answer("What it would do", rerunPreview, ofRun), 201: madeAgain },
    errors: rerunErrors,
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const { from, version: chosen, body } = request.body;
      const rest = body === undefined ? {} : { body };
      const again = { idempotencyKey: idempotencyKeyOf(request) };
      const asked = { from: from ?? [], version: chosen ?? null, ...rest, ...again };
      if (request.asked.preview) {
        const { version: used, kept, again: calls } = await engine.review.previewRerun(tenant, run, asked);
        const told = { version: used, kept, again: calls.map(stepAgainJson) };
        return jsonAnswer(200, told, { "dispatched-run": run });
      }
      const started = await engine.rerun(tenant, run, asked);
      return created(run, started.run);
    },
  }),
  route({
    method: "POST",
    path: "/api/runs/:id/retry",
    access: "session",
    id: "retry",
    tag: "runs",
    summary: "A new run from the steps that failed",
    params,
    headers: { "idempotency-key": idempotencyKey },
    answers: { 201: madeAgain },
    errors: rerunErrors,
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const started = await engine.rerun(tenant, run, {
        from: [],
        version: null,
        idempotencyKey: idempotencyKeyOf(request),
      });
      return created(run, started.run);
    },
  }),
  route({
    method: "GET",
    path: "/api/runs/:id/explain",
    access: "session",
    id: "explainRun",
    tag: "runs",
    summary: "What happened, why, what it means, what to do next",
    params,
    answers: { 200: answer("The verdict", explanation, ofRun) },
    errors: ["run_not_found", "run_quarantined", "workflow_not_found", "version_not_found"],
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const body = explanationJson(await engine.explainRun(tenant, run));
      return jsonAnswer(200, body, { "dispatched-run": run });
    },
  }),
];
