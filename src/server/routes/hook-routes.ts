// Hooks: made, listed and revoked with a session; what comes to their addresses starts one workflow and reads nothing.

import { acceptedAnswer } from "../accepted-answer.ts";
import { actorOf } from "../actor-of.ts";
import { invalidBody, objectOf, textOf, versionOf } from "../body-members.ts";
import { hookIdOf } from "../id-of.ts";
import { idempotencyKeyOf } from "../idempotency-key-of.ts";
import { hookJson } from "../inbox-json.ts";
import { readJsonBody } from "../read-json-body.ts";
import { readTrigger } from "../read-trigger.ts";
import { emptyAnswer, jsonAnswer, type Route } from "../route.ts";

export const hookRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/hooks/:token",
    access: "hook",
    handle: async ({ engine }, request) => {
      const idempotencyKey = idempotencyKeyOf(request);
      const trigger = await readTrigger(request);
      return acceptedAnswer(
        await engine.acceptHook(request.params["token"] as string, { trigger, idempotencyKey }),
      );
    },
  },
  {
    method: "POST",
    path: "/api/hooks",
    access: "session",
    handle: async ({ engine, server }, request, tenant, by) => {
      const { value } = await readJsonBody(request);
      const object = objectOf(value, "a hook", ["workflow", "quota"]);
      const workflow = textOf(object, "workflow");
      if (workflow === undefined) throw invalidBody("workflow is missing");
      const quota = versionOf(object, "quota") ?? null;
      const { hook, token } = await engine.createHook(tenant, { workflow, quota }, actorOf(request, by));
      const url = `${server.origin()}/hooks/${token}`;
      return jsonAnswer(201, { ...hookJson(hook), token, url });
    },
  },
  {
    method: "GET",
    path: "/api/hooks",
    access: "session",
    handle: async ({ engine }, _request, tenant) => {
      const hooks = await engine.listHooks(tenant);
      return jsonAnswer(200, { hooks: hooks.map(hookJson) });
    },
  },
  {
    method: "DELETE",
    path: "/api/hooks/:id",
    access: "session",
    handle: async ({ engine }, request, tenant, by) => {
      await engine.revokeHook(tenant, hookIdOf(request), actorOf(request, by));
      return emptyAnswer;
    },
  },
];
