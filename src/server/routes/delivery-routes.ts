// Deliveries: what came by a hook, what became of it, and one of them sent again.

import { DispatchedError } from "../../value/problem.ts";
import { acceptedAnswer } from "../accepted-answer.ts";
import { actorOf } from "../actor-of.ts";
import { answer } from "../describe-route.ts";
import { deliveryIdOf, hookIdOf } from "../id-of.ts";
import { deliveryJson, shownDeliveryJson } from "../inbox-json.ts";
import { readDelivery } from "../read-arrival.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { delivery, deliveryId, deliveryStates, hookId, shownDelivery } from "../schemas/inbox-schemas.ts";
import { accepted, page, pageQuery } from "../schemas/parts.ts";
import { choice, flag, list, optional, withDefault } from "../typed-schema.ts";

export const deliveryRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/hooks/:id/deliveries",
    access: "session",
    id: "listDeliveries",
    tag: "inbox",
    summary: "What came by a hook, the newest first",
    about:
      "What was taken is kept 7 days, what was refused 24 hours, and of each hook the newest only. A hook that was revoked keeps its deliveries until then.",
    params: { id: hookId },
    query: {
      state: optional(list("What became of them", choice("State", deliveryStates))),
      ...pageQuery,
    },
    answers: { 200: answer("Deliveries", page("deliveries", delivery)) },
    errors: ["hook_not_found", "invalid_cursor"],
    handle: async ({ engine }, request, tenant) => {
      const id = hookIdOf(request);
      const hooks = await engine.listHooks(tenant);
      if (!hooks.some((hook) => hook.id === id)) {
        throw new DispatchedError("hook_not_found", `there is no hook ${id}`);
      }
      const { state, cursor, limit } = request.asked;
      const { rows, next } = await engine.deliveries.list(tenant, id, state ?? null, cursor ?? null, limit);
      return jsonAnswer(200, { deliveries: rows.map(deliveryJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/deliveries/:id",
    access: "session",
    id: "showDelivery",
    tag: "inbox",
    summary: "What came by a hook, with headers and body",
    params: { id: deliveryId },
    answers: { 200: answer("The delivery", shownDelivery) },
    errors: ["delivery_not_found"],
    handle: async ({ engine }, request, tenant) =>
      jsonAnswer(200, shownDeliveryJson(await engine.deliveries.show(tenant, deliveryIdOf(request)))),
  }),
  route({
    method: "POST",
    path: "/api/deliveries/:id/replay",
    access: "session",
    id: "replayDelivery",
    tag: "inbox",
    summary: "Sends a delivery through its hook once more",
    about:
      "Its signature is judged as of the time when it came. What it starts is marked: `replayOf` of the run's trigger names the delivery.",
    params: { id: deliveryId },
    query: {
      again: withDefault(flag("Starts another run, though it started one or waits in the inbox"), false),
    },
    answers: { 202: accepted },
    errors: [
      "delivery_not_found",
      "delivery_taken",
      "delivery_cut",
      "hook_not_found",
      "signature_invalid",
      "bad_request",
      "invalid_json",
      "workflow_not_found",
      "no_http_trigger",
      "schema_mismatch",
      "idempotency_conflict",
      "too_many_runs",
      "concurrency_limit",
      "invalid_concurrency_key",
    ],
    handle: async ({ engine }, request, tenant, by) => {
      const { again } = request.asked;
      const id = deliveryIdOf(request);
      const actor = actorOf(request, by);
      return acceptedAnswer(await engine.deliveries.replay(tenant, id, again, readDelivery, actor));
    },
  }),
];
