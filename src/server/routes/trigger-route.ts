// The http trigger: starts a run and, unless asked otherwise, answers with what it responds, or with its output.

import type { RunView } from "../../run/run-view.ts";
import { isTerminal } from "../../run/status.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import { acceptedAnswer, acceptedRun } from "../accepted-answer.ts";
import type { ApiAnswer } from "../api-request.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { problemAnswer } from "../problem-answer.ts";
import { readTrigger } from "../read-trigger.ts";
import { respondAnswer } from "../respond-answer.ts";
import { jsonAnswer, queryVersion, type Route } from "../route.ts";

const waitMaxSeconds = 300;
export const triggerRoute: Route = {
  method: "POST",
  path: "/workflows/:name",
  access: "key",
  handle: async ({ engine, clock }, request, tenant, by) => {
    const wanted = preferredWait(request.headers["prefer"] ?? "");
    const version = queryVersion(request);
    const workflow = request.params["name"] as string;
    const trigger = await readTrigger(request);
    const idempotencyKey = idempotencyKeyOf(request);
    // An API key alone reads nothing: its caller is told what the run, or the item that waits, is called.
    if (by === "key") {
      return acceptedAnswer(await engine.acceptStart(tenant, { workflow, version, trigger, idempotencyKey }));
    }
    const { run } = await engine.startRun(tenant, { workflow, version, trigger, idempotencyKey });
    if (wanted === 0) return acceptedRun(run);
    const waitMs = wanted === null ? await engine.syncTimeout(tenant, workflow, version) : wanted * 1000;
    const { view, responded } = await engine.waitForAnswer(tenant, run, clock.now() + waitMs);
    if (responded !== null) return respondAnswer(run, responded);
    return isTerminal(view.status) ? endAnswer(view) : acceptedRun(run);
  },
};

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
  if (view.status === "completed") return jsonAnswer(200, view.output, headers);
  const code: ErrorCode =
    view.status === "timed_out"
      ? "run_timed_out"
      : view.status === "cancelled"
        ? "run_cancelled"
        : "run_failed";
  const { error } = view;
  const at = error?.step == null ? "" : ` at ${error.step}`;
  const problem = new DispatchedError(code, `the run ${view.now}${at}: ${error?.message ?? view.status}`, {
    hint: `GET /api/runs/${view.id} tells each attempt`,
    extra: {
      run: view.id,
      step: error?.step ?? null,
      cause: error === null ? null : { code: error.code, message: error.message },
      compensation: view.compensation,
    },
  });
  return problemAnswer(problem, headers);
}
