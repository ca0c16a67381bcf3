// The http trigger: starts a run and, unless asked otherwise, answers with what it responds, or with its output.

import type { TriggerData } from "../../run/event.ts";
import type { RunView } from "../../run/run-view.ts";
import { isTerminal } from "../../run/status.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { problemAnswer } from "../problem-answer.ts";
import { readJsonBody } from "../read-json-body.ts";
import { respondAnswer } from "../respond-answer.ts";
import { jsonAnswer, queryVersion, type Route } from "../route.ts";

const waitMaxSeconds = 300;
/** Not `version`, which is ours. */
const unsafeNames = new Set(["__proto__", "constructor", "prototype"]);
/** Never recorded: our own credentials, those of others, and what concerns one connection only. */
const droppedHeaders = new Set([
  "dispatched-session",
  "dispatched-key",
  "authorization",
  "proxy-authorization",
  "cookie",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "expect",
  "host",
]);

export const triggerRoute: Route = {
  method: "POST",
  path: "/workflows/:name",
  access: "session",
  handle: async ({ engine, clock }, request, tenant) => {
    const wanted = preferredWait(request.headers["prefer"] ?? "");
    const version = queryVersion(request);
    const workflow = request.params["name"] as string;
    const trigger = await readTrigger(request);
    const idempotencyKey = idempotencyKeyOf(request);
    const { run } = await engine.startRun(tenant, { workflow, version, trigger, idempotencyKey });
    if (wanted === 0) return accepted(run);
    const waitMs = wanted === null ? await engine.syncTimeout(tenant, workflow, version) : wanted * 1000;
    const { view, responded } = await engine.waitForAnswer(tenant, run, clock.now() + waitMs);
    if (responded !== null) return respondAnswer(run, responded);
    return isTerminal(view.status) ? endAnswer(view) : accepted(run);
  },
};

/** Seconds to wait: `respond-async` for none, `wait=N` for N (RFC 7240, sections 4.1 and 4.3), null for the workflow's. */
function preferredWait(prefer: string): number | null {
  const preferences = prefer.split(",").map((part) => part.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  const wait = preferences.find((preference) => /^wait\s*=\s*"?\d{1,9}"?$/.test(preference));
  if (wait !== undefined) return Math.min(Number(wait.replace(/\D/g, "")), waitMaxSeconds);
  return preferences.includes("respond-async") ? 0 : null;
}

async function readTrigger(request: ApiRequest): Promise<TriggerData> {
  const { text, value } = await readJsonBody(request);
  return {
    type: "http",
    method: request.method,
    headers: Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !droppedHeaders.has(name)),
    ),
    query: queryOf(request.query),
    body: value,
    rawBody: text,
  };
}

function queryOf(query: URLSearchParams): TriggerData["query"] {
  const names = [...new Set(query.keys())].filter((name) => name !== "version");
  const unsafe = names.find((name) => unsafeNames.has(name));
  if (unsafe !== undefined) {
    throw new DispatchedError("unsafe_key", `a query parameter may not have the name "${unsafe}"`);
  }
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}

function accepted(run: string): ApiAnswer {
  const location = `/api/runs/${run}`;
  return jsonAnswer(202, { run, location }, { location, "dispatched-run": run });
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
