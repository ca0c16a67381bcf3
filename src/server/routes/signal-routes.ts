// Signals to runs, and the callbacks that services answer by.

import { acceptedItem } from "../accepted-answer.ts";
import { timeJson } from "../api-json.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { readJsonBody } from "../read-json-body.ts";
import { jsonAnswer, type Route } from "../route.ts";
import { runIdOf } from "../run-id-of.ts";

export const signalRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/api/runs/:id/signal/:name",
    access: "run_or_key",
    handle: async ({ engine }, request, tenant) => {
      const run = runIdOf(request);
      const signal = request.params["name"] as string;
      const key = idempotencyKeyOf(request);
      const { value } = await readJsonBody(request);
      const item = await engine.acceptSignal(tenant, run, signal, value, key);
      if (item !== null) return acceptedItem(item);
      return jsonAnswer(202, { run, signal }, { "dispatched-run": run });
    },
  },
  {
    // Looking never answers: addresses are opened by mail scanners and previews.
    method: "GET",
    path: "/callbacks/:token",
    access: "hook",
    handle: async ({ engine }, request) => {
      const view = await engine.showCallback(request.params["token"] as string);
      if (view.status === "waiting") {
        return jsonAnswer(200, { status: view.status, show: view.show, until: timeJson(view.until) });
      }
      return jsonAnswer(200, { status: view.status, at: view.at === null ? null : timeJson(view.at) });
    },
  },
  {
    method: "POST",
    path: "/callbacks/:token",
    access: "hook",
    handle: async ({ engine }, request) => {
      const key = idempotencyKeyOf(request);
      const { value } = await readJsonBody(request);
      const item = await engine.acceptCallback(request.params["token"] as string, value, key);
      if (item !== null) return acceptedItem(item);
      return jsonAnswer(202, { status: "answered" });
    },
  },
];
