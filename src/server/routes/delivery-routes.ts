// Deliveries: what came by a hook, what became of it, and one of them sent again.

import type { HookId } from "../../value/id.ts";
import { acceptedAnswer } from "../accepted-answer.ts";
import { actorOf } from "../actor-of.ts";
import { answer } from "../describe-route.ts";
import { streamAnswer, wantsStream } from "../event-stream.ts";
import { followDeliveries } from "../follow-deliveries.ts";
import { followingOf } from "../following-of.ts";
import { deliveryIdOf, hookIdOf } from "../id-of.ts";
import { deliveryJson, shownDeliveryJson } from "../inbox-json.ts";
import { readDelivery } from "../read-arrival.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { delivery, deliveryId, deliveryStates, hookId, shownDelivery } from "../schemas/inbox-schemas.ts";
import { accepted, page, pageQuery, streamed, wait } from "../schemas/parts.ts";
import { choice, flag, list, optional, record, text, withDefault } from "../typed-schema.ts";

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
      await engine.hooks.require(tenant, { hook: id });
      const { state, cursor, limit } = request.asked;
      const { rows, next } = await engine.deliveries.list(tenant, id, state ?? null, cursor ?? null, limit);
      return jsonAnswer(200, { deliveries: rows.map(deliveryJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/deliveries",
    access: "session",
    id: "followDeliveries",
    tag: "inbox",
    summary: "What comes by hooks, in the order in which it comes",
    about:
      "Deliveries after `cursor`; without one none, and where the line ends now. With `wait` it answers when there is one, or the time is over. With `Accept: text/event-stream` a stream: `begin`, then `delivery` for each, once; its ids are cursors, and it goes on after `Last-Event-ID`. What has been forgotten meanwhile is not told.",
    headers: { "last-event-id": optional(text("Of the last message that came")) },
    query: {
      hook: optional(hookId),
      workflow: optional(text("Only by hooks that start this workflow")),
      cursor: optional(text("That came with the answer before")),
      wait,
    },
    answers: {
      200: {
        about: "Deliveries",
        schema: record("Deliveries", {
          deliveries: list("In the order in which they came, at most 100", delivery),
          cursor: text("Where to go on"),
        }),
        content: { "text/event-stream": streamed },
      },
    },
    errors: ["hook_not_found", "invalid_cursor"],
    handle: async (context, request, tenant) => {
      const { engine, clock } = context;
      const { hook, workflow, cursor: given, wait: seconds } = request.asked;
      const filter = { hook: hook as HookId | undefined, workflow };
      if ((hook ?? workflow) !== undefined) await engine.hooks.require(tenant, filter);
      const last = request.headers["last-event-id"] || (given ?? null);
      // A cursor that is none is refused before the stream begins.
      const begin = await engine.deliveries.since(tenant, last, 0);
      if (wantsStream(request)) {
        const from = last ?? begin.cursor;
        return streamAnswer(followDeliveries(followingOf(context, request), tenant, filter, from));
      }
      const until = clock.now() + seconds * 1000;
      for (let seen = begin; ; seen = await engine.deliveries.since(tenant, seen.cursor, until)) {
        const came = seen.rows.map((row) => row.delivery);
        const hooks = await engine.hooks.fitting(
          tenant,
          filter,
          came.map(({ hook }) => hook),
        );
        const rows = came.filter((row) => hooks.has(row.hook));
        // What came by other hooks is not waited for.
        if (rows.length > 0 || clock.now() >= until || engine.unready() !== null)
          return jsonAnswer(200, { deliveries: rows.map(deliveryJson), cursor: seen.cursor });
      }
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
      "challenge_only",
      "hook_not_found",
      "signature_invalid",
      "secret_not_found",
      "invalid_secret",
      "bad_request",
      "invalid_json",
      "workflow_not_found",
      "no_http_trigger",
      "schema_mismatch",
      "idempotency_conflict",
      "too_many_runs",
      "concurrency_limit",
      "invalid_concurrency_key",
      "sandbox_unavailable",
    ],
    handle: async ({ engine }, request, tenant, by) => {
      const { again } = request.asked;
      const id = deliveryIdOf(request);
      const actor = actorOf(request, by);
      return acceptedAnswer(await engine.deliveries.replay(tenant, id, again, readDelivery, actor));
    },
  }),
];
