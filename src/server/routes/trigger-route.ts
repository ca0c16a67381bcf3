// The http trigger: starts a run and, unless asked otherwise, answers with what it responds, or with its output.

import type { RunView } from "../../run/run-view.ts";
import { isTerminal } from "../../run/status.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import { acceptedAnswer, acceptedRun } from "../accepted-answer.ts";
import type { ApiAnswer } from "../api-request.ts";
import { answer } from "../describe-route.ts";
import { followingOf } from "../following-of.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { jsonAnswerOf } from "../json-body.ts";
import { judgeQuery } from "../judge-request.ts";
import { problemAnswer } from "../problem-answer.ts";
import { readTrigger } from "../read-trigger.ts";
import { respondAnswer } from "../respond-answer.ts";
import { type Route, route } from "../route.ts";
import {
  accepted,
  askedVersion,
  idempotencyKey,
  ofRun,
  triggerBody,
  workflowName,
} from "../schemas/parts.ts";
import { output } from "../schemas/workflow-schemas.ts";
import { optional, text } from "../typed-schema.ts";

const waitMaxSeconds = 300;

export const triggerRoute: Route = route({
  method: "POST",
  path: "/workflows/:name",
  access: "key",
  id: "startRun",
  tag: "runs",
  summary: "Starts a run and answers with what it responds, or with its output",
  about:
    "What `respond` of the workflow sets may have any status and body. `version` in the query chooses a version; the rest of the query is the trigger's.",
  params: { name: workflowName },
  query: { version: askedVersion },
  anyQuery: true,
  headers: {
    "idempotency-key": idempotencyKey,
    prefer: optional(text("`respond-async` or `wait=N` (RFC 7240)")),
  },
  body: triggerBody,
  answers: { 200: answer("The run's output, or what the workflow responds", output, ofRun), 202: accepted },
  errors: [
    "workflow_not_found",
    "version_not_found",
    "no_http_trigger",
    "schema_mismatch",
    "too_many_runs",
    "idempotency_conflict",
    "concurrency_limit",
    "invalid_concurrency_key",
    "inbox_bytes_full",
    "inbox_full",
    "run_failed",
    "run_timed_out",
    "run_cancelled",
    "respond_failed",
    "sandbox_unavailable",
    "run_quarantined",
    "run_elsewhere",
    "run_not_found",
    "signature_invalid",
  ],
  handle: async (context, request, tenant, by) => {
    const { engine, clock } = context;
    const wanted = preferredWait(request.headers["prefer"] ?? "");
    const { version: asked } = judgeQuery(versionIn(request.query), { version: askedVersion });
    const version = (asked as number | undefined) ?? null;
    const workflow = request.params["name"] as string;
    const trigger = await readTrigger(request);
    const start = { workflow, version, trigger, idempotencyKey: idempotencyKeyOf(request) };
    // An API key alone reads nothing: its caller is told what the run, or the item that waits, is called.
    if (by === "key") return acceptedAnswer(await engine.acceptStart(tenant, start));
    const { run } = await engine.startRun(tenant, start);
    if (wanted === 0) return acceptedRun(run);
    const waitMs = wanted === null ? await engine.syncTimeout(tenant, workflow, version) : wanted * 1000;
    const { view, responded } = await engine.waitForAnswer(tenant, run, clock.now() + waitMs);
    // Who waited longer than the session lasted reads nothing, as with an API key alone.
    if (!(await followingOf(context, request).mayGoOn())) return acceptedRun(run);
    if (responded !== null) return respondAnswer(run, responded);
    return isTerminal(view.status) ? endAnswer(view) : acceptedRun(run);
  },
});

function versionIn(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams(query.getAll("version").map((value): [string, string] => ["version", value]));
}

/** Seconds to wait: `respond-async` for none, `wait=N` for N (RFC 7240, sections 4.1 and 4.3), null for the workflow's. */
function preferredWait(prefer: string): number | null {
  const preferences = prefer.split(",").map((part) => part.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  const wait = preferences.find((preference) => /^wait\s*=\s*"?\d{1,9}"?$/.test(preference));
  if (wait !== undefined) return Math.min(Number(wait.replace(/\D/g, "")), waitMaxSeconds);
  return preferences.includes("respond-async") ? 0 : null;
}

/** A failed run answers 502, a timed-out one 504, a cancelled one 409, as a problem that names run, step and cause. */
function endAnswer(view: RunView): ApiAnswer {
  const headers = { "dispatched-run": view.id };
  if (view.status === "completed") return jsonAnswerOf(200, view, "output", headers);
  const code: ErrorCode =
    view.status === "timed_out"
      ? "run_timed_out"
      : view.status === "cancelled"
        ? "run_cancelled"
        : "run_failed";
  const { error } = view;
  const at = error?.step == null ? "" : ` at ${error.step}`;
  const problem = new DispatchedError(
    code,
    `the run ${view.now.line}${at}: ${error?.message ?? view.status}`,
    {
      hint: `GET /api/runs/${view.id} tells each attempt`,
      extra: {
        run: view.id,
        step: error?.step ?? null,
        cause: error === null ? null : { code: error.code, message: error.message },
        compensation: view.compensation,
      },
    },
  );
  return problemAnswer(problem, headers);
}
