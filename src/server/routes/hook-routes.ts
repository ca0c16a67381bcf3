// Hooks: made, listed and revoked with a session; what comes to their addresses starts one workflow and reads nothing.

import { hookAnswer } from "../accepted-answer.ts";
import { actorOf } from "../actor-of.ts";
import { admitHook } from "../admit-token.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { hookIdOf } from "../id-of.ts";
import { hookJson } from "../inbox-json.ts";
import { readArrival } from "../read-arrival.ts";
import { emptyAnswer, jsonAnswer, type Route, route } from "../route.ts";
import { challenge, hook, hookId, madeHook } from "../schemas/inbox-schemas.ts";
import {
  accepted,
  idempotencyKey,
  nothing,
  page,
  pageQuery,
  triggerBody,
  workflowName,
} from "../schemas/parts.ts";
import { optional, orNull, record, text, whole } from "../typed-schema.ts";

export const hookRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/hooks/:token",
    access: "hook",
    id: "sendToHook",
    tag: "inbox",
    summary: "Starts the workflow of a hook",
    about: "The whole query is the trigger's.",
    params: { token: text("The token of the hook") },
    anyQuery: true,
    headers: { "idempotency-key": idempotencyKey },
    body: triggerBody,
    answers: { 200: answer("A challenge of the sender's, which starts nothing", challenge), 202: accepted },
    errors: [
      "hook_unknown",
      "signature_invalid",
      "inbox_bytes_full",
      "inbox_full",
      "workflow_not_found",
      "no_http_trigger",
      "workflow_deleted",
      "schema_mismatch",
      "idempotency_conflict",
      "too_many_runs",
      "concurrency_limit",
      "invalid_concurrency_key",
      "sandbox_unavailable",
    ],
    handle: async (context, request) => {
      const { engine } = context;
      const token = await admitHook(context, request);
      const arrival = await readArrival(request);
      if (arrival.type === "read") return hookAnswer(await engine.acceptHook(token, arrival.request));
      await engine.deliveries.refuse(token, arrival.content, arrival.error.code);
      throw arrival.error;
    },
  }),
  route({
    method: "POST",
    path: "/api/hooks",
    access: "session",
    id: "makeHook",
    tag: "inbox",
    summary: "Makes a hook",
    body: jsonBody(
      record("A hook to make", {
        workflow: workflowName,
        quota: optional(orNull(whole("Items of it that may wait", 1))),
      }),
    ),
    answers: { 201: answer("The hook, with its address, shown this once", madeHook) },
    errors: ["workflow_not_found", "no_http_trigger", "workflow_deleted", "invalid_hook", "too_many_hooks"],
    handle: async ({ engine, server }, request, tenant, by) => {
      const { workflow, quota } = request.body;
      const made = await engine.hooks.create(
        tenant,
        { workflow, quota: quota ?? null },
        actorOf(request, by),
      );
      const url = `${server.origin()}/hooks/${made.token}`;
      return jsonAnswer(201, { ...hookJson(made.hook), token: made.token, url });
    },
  }),
  route({
    method: "GET",
    path: "/api/hooks",
    access: "session",
    id: "listHooks",
    tag: "inbox",
    summary: "Hooks, with how many of their items wait",
    about: "A hook that was revoked is listed for 30 days.",
    query: pageQuery,
    answers: { 200: answer("Hooks, the newest first", page("hooks", hook)) },
    errors: ["invalid_cursor"],
    handle: async ({ engine }, { asked }, tenant) => {
      const { rows, next } = await engine.hooks.list(tenant, asked.cursor ?? null, asked.limit);
      return jsonAnswer(200, { hooks: rows.map(hookJson), next });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/hooks/:id",
    access: "session",
    id: "revokeHook",
    tag: "inbox",
    summary: "Revokes a hook",
    params: { id: hookId },
    answers: { 204: nothing },
    errors: ["hook_not_found"],
    handle: async ({ engine }, request, tenant, by) => {
      await engine.hooks.revoke(tenant, hookIdOf(request), actorOf(request, by));
      return emptyAnswer;
    },
  }),
];
