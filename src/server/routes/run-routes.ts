// Runs: look, follow, list, cancel.

import type { RunQuery } from "../../engine/engine-api.ts";
import { type RunStatus, runStatuses } from "../../run/status.ts";
import { asRunId, type RunId } from "../../value/id.ts";
import { DispatchedError } from "../../value/problem.ts";
import { eventJson, runItemJson, runJson } from "../api-json.ts";
import type { ApiRequest } from "../api-request.ts";
import { jsonAnswer, pageLimit, queryFlag, queryNumber, type Route } from "../route.ts";

const waitRange = { least: 0, most: 60, fallback: 0 } as const;
const eventLimit = { least: 1, most: 1_000, fallback: 200 } as const;

function runIdOf(request: ApiRequest): RunId {
  const text = request.params["id"] as string;
  const run = asRunId(text);
  if (run !== null) return run;
  throw new DispatchedError("run_not_found", "there is no such run", { hint: "a run's id begins with run_" });
}

/** A day (UTC) or a time that says its zone: without one it would mean another time on another machine. */
const timeText = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

function queryTime(request: ApiRequest, name: string): number | null {
  const text = request.query.get(name);
  if (text === null) return null;
  const at = timeText.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new DispatchedError(
    "invalid_query",
    `${name} is a day or a time with its zone, such as 2026-01-31 or 2026-01-31T12:00:00Z`,
  );
}

function statusesOf(request: ApiRequest): readonly RunStatus[] | null {
  const text = request.query.get("status");
  if (text === null) return null;
  const names = text.split(",");
  const unknown = names.find((name) => !runStatuses.includes(name as RunStatus));
  if (unknown === undefined) return names as RunStatus[];
  throw new DispatchedError("invalid_query", `there is no status ${JSON.stringify(unknown)}`, {
    hint: `one or several of ${runStatuses.join(", ")}`,
  });
}

function labelOf(request: ApiRequest): readonly [string, string] | null {
  const text = request.query.get("label");
  if (text === null) return null;
  const place = text.indexOf("=");
  if (place > 0) return [text.slice(0, place), text.slice(place + 1)];
  throw new DispatchedError("invalid_query", "label is name=value");
}

function queryOf(request: ApiRequest): RunQuery {
  const workflow = request.query.get("workflow");
  const [statuses, label] = [statusesOf(request), labelOf(request)];
  const [createdFrom, createdTo] = [queryTime(request, "from"), queryTime(request, "to")];
  return {
    ...(workflow === null ? {} : { workflow }),
    ...(statuses === null ? {} : { statuses }),
    ...(label === null ? {} : { label }),
    ...(createdFrom === null ? {} : { createdFrom }),
    ...(createdTo === null ? {} : { createdTo }),
  };
}

export const runRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/runs",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const limit = queryNumber(request, "limit", pageLimit);
      const page = await engine.listRuns(tenant, queryOf(request), request.query.get("cursor"), limit);
      return jsonAnswer(200, { runs: page.rows.map(runItemJson), next: page.next });
    },
  },
  {
    method: "GET",
    path: "/api/runs/:id",
    access: "session",
    handle: async ({ engine, clock }, request, tenant) => {
      const wait = queryNumber(request, "wait", waitRange);
      const run = runIdOf(request);
      const view =
        wait === 0
          ? await engine.getRun(tenant, run)
          : await engine.waitForEnd(tenant, run, clock.now() + wait * 1000);
      return jsonAnswer(200, runJson(view), { "dispatched-run": run });
    },
  },
  {
    method: "GET",
    path: "/api/runs/:id/events",
    access: "session",
    handle: async ({ engine, clock }, request, tenant) => {
      const after = queryNumber(request, "after", { least: 0, most: Number.MAX_SAFE_INTEGER, fallback: 0 });
      const limit = queryNumber(request, "limit", eventLimit);
      const until = clock.now() + queryNumber(request, "wait", waitRange) * 1000;
      const run = runIdOf(request);
      const page = await engine.listEvents(tenant, run, after, limit, until);
      const body = { events: page.events.map(eventJson), ended: page.ended };
      return jsonAnswer(200, body, { "dispatched-run": run });
    },
  },
  {
    method: "DELETE",
    path: "/api/runs/:id",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const compensate = queryFlag(request, "compensate", true);
      const run = runIdOf(request);
      const view = await engine.cancelRun(tenant, run, compensate);
      return jsonAnswer(202, runJson(view), { "dispatched-run": run });
    },
  },
];
