// Runs: look, follow, list, cancel.

import type { RunQuery } from "../../engine/engine-api.ts";
import { acceptedItem, acceptedRun } from "../accepted-answer.ts";
import { eventJson, runItemJson, runJson } from "../api-json.ts";
import type { ApiRequest } from "../api-request.ts";
import { jsonAnswer, pageLimit, queryFlag, queryNumber, type Route } from "../route.ts";
import { labelOf, statusesOf, timeOf } from "../run-filter.ts";
import { runIdOf } from "../run-id-of.ts";

const waitRange = { least: 0, most: 60, fallback: 0 } as const;
const eventLimit = { least: 1, most: 1_000, fallback: 200 } as const;

function queryOf(request: ApiRequest): RunQuery {
  const { query } = request;
  const read = <Value>(name: string, as: (text: string, name: string) => Value): Value | null => {
    const text = query.get(name);
    return text === null ? null : as(text, name);
  };
  const workflow = query.get("workflow");
  const statuses = read("status", (text) => statusesOf(text.split(",")));
  const label = read("label", labelOf);
  const [createdFrom, createdTo] = [read("from", timeOf), read("to", timeOf)];
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
    access: "run",
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
    access: "key",
    handle: async ({ engine }, request, tenant, by) => {
      const compensate = queryFlag(request, "compensate", true);
      const run = runIdOf(request);
      if (by === "key") {
        const item = await engine.acceptCancel(tenant, run, compensate);
        return item === null ? acceptedRun(run) : acceptedItem(item);
      }
      const view = await engine.cancelRun(tenant, run, compensate);
      return jsonAnswer(202, runJson(view), { "dispatched-run": run });
    },
  },
];
