// The http trigger: starts a run and, unless asked otherwise, answers with its output.

import type { TriggerData } from "../../run/event.ts";
import type { RunView } from "../../run/run-view.ts";
import { isTerminal } from "../../run/status.ts";
import type { Json } from "../../value/json.ts";
import { limits } from "../../value/limits.ts";
import { parseJson } from "../../value/parse-json.ts";
import { DispatchedError, type ErrorCode } from "../../value/problem.ts";
import { type ApiAnswer, type ApiRequest, mediaTypeOf, readBody } from "../api-request.ts";
import { placeInJson } from "../place-in-json.ts";
import { problemAnswer } from "../problem-answer.ts";
import { jsonAnswer, queryVersion, type Route } from "../route.ts";

/** How long a synchronous caller waits before it is answered 202, in seconds. */
const syncTimeoutSeconds = 30;
const waitMaxSeconds = 300;
const byteOrderMark = "\ufeff";
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
    const waitSeconds = preferredWait(request.headers["prefer"] ?? "");
    const version = queryVersion(request);
    const trigger = await readTrigger(request);
    const started = await engine.startRun(tenant, {
      workflow: request.params["name"] as string,
      version,
      trigger,
      idempotencyKey: idempotencyKeyOf(request),
    });
    if (waitSeconds === 0) return accepted(started.run);
    const view = await engine.waitForEnd(tenant, started.run, clock.now() + waitSeconds * 1000);
    return isTerminal(view.status) ? endAnswer(view) : accepted(started.run);
  },
};

/** Seconds to wait: `respond-async` for none, `wait=N` for N (RFC 7240, sections 4.1 and 4.3). */
function preferredWait(prefer: string): number {
  const preferences = prefer.split(",").map((part) => part.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  const wait = preferences.find((preference) => /^wait\s*=\s*"?\d{1,9}"?$/.test(preference));
  if (wait !== undefined) return Math.min(Number(wait.replace(/\D/g, "")), waitMaxSeconds);
  return preferences.includes("respond-async") ? 0 : syncTimeoutSeconds;
}

function idempotencyKeyOf({ headers }: ApiRequest): string | null {
  const key = headers["idempotency-key"] ?? null;
  if (key === null || (key.length > 0 && key.length <= 255)) return key;
  throw new DispatchedError("invalid_header", "an idempotency key has 1 to 255 characters");
}

async function readTrigger(request: ApiRequest): Promise<TriggerData> {
  const text = await readBody(request, limits.request_body_bytes);
  return {
    type: "http",
    method: request.method,
    headers: Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !droppedHeaders.has(name)),
    ),
    query: queryOf(request.query),
    body: text === "" ? null : readJson(request, text.startsWith(byteOrderMark) ? text.slice(1) : text),
    rawBody: text,
  };
}

function readJson(request: ApiRequest, text: string): Json {
  const type = mediaTypeOf(request);
  if (type !== "application/json" && !type.endsWith("+json")) {
    throw new DispatchedError("unsupported_media_type", "the body of a trigger is application/json", {
      hint: "set the header content-type: application/json",
    });
  }
  const parsed = parseJson(text, "strict");
  if (parsed.ok) return parsed.value;
  const place = placeInJson(text, parsed.code);
  throw new DispatchedError(parsed.code, place === null ? parsed.message : place.message, {
    extra: place === null ? {} : { line: place.line, column: place.column },
  });
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
