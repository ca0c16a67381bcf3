// What may be done with a run: pause, resume, undo again, run again, explain.

import type { RerunRequest } from "../../engine/engine-api.ts";
import type { Json } from "../../value/json.ts";
import { explanationJson, runJson } from "../api-json.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { objectOf, textsOf, versionOf } from "../body-members.ts";
import { readJsonBody } from "../read-json-body.ts";
import { jsonAnswer, type Route } from "../route.ts";
import { runIdOf } from "../run-id-of.ts";

async function rerunOf(request: ApiRequest): Promise<RerunRequest> {
  const { value } = await readJsonBody(request);
  const object = objectOf(value, "a rerun", ["from", "version", "body"]);
  const from = textsOf(object, "from") ?? [];
  const version = versionOf(object, "version") ?? null;
  return Object.hasOwn(object, "body") ? { from, version, body: object["body"] as Json } : { from, version };
}

function created(run: string, rerun: string): ApiAnswer {
  const location = `/api/runs/${rerun}`;
  return jsonAnswer(201, { run: rerun, location, rerun_of: run }, { location, "dispatched-run": rerun });
}

const commands = { pause: "pauseRun", resume: "resumeRun", compensate: "compensateRun" } as const;

const commandRoutes = (Object.keys(commands) as (keyof typeof commands)[]).map(
  (name): Route => ({
    method: "POST",
    path: `/api/runs/:id/${name}`,
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const view = await engine[commands[name]](tenant, run);
      return jsonAnswer(202, runJson(view), { "dispatched-run": run });
    },
  }),
);

export const controlRoutes: readonly Route[] = [
  ...commandRoutes,
  {
    method: "POST",
    path: "/api/runs/:id/rerun",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const started = await engine.rerun(tenant, run, await rerunOf(request));
      return created(run, started.run);
    },
  },
  {
    method: "POST",
    path: "/api/runs/:id/retry",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const started = await engine.rerun(tenant, run, { from: [], version: null });
      return created(run, started.run);
    },
  },
  {
    method: "GET",
    path: "/api/runs/:id/explain",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      return jsonAnswer(200, explanationJson(await engine.explainRun(tenant, run)), {
        "dispatched-run": run,
      });
    },
  },
];
