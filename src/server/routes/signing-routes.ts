// The secrets that sign calls: made and rotated with a session; each is shown once.

import type { NewSigningSecret, SigningView } from "../../engine/signing-api.ts";
import type { JsonObject } from "../../value/json.ts";
import { actorOf } from "../actor-of.ts";
import { timeJson } from "../api-json.ts";
import { answer } from "../describe-route.ts";
import { emptyAnswer, jsonAnswer, type Route, route } from "../route.ts";
import { nothing } from "../schemas/parts.ts";
import { list, orNull, record, text, time } from "../typed-schema.ts";

function viewJson({ id, createdAt, signsUntil }: SigningView): JsonObject {
  return {
    id,
    created_at: timeJson(createdAt),
    signs_until: signsUntil === null ? null : timeJson(signsUntil),
  };
}

function newJson(made: NewSigningSecret): JsonObject {
  return { ...viewJson(made), secret: made.secret };
}

const view = record(
  "A secret that signs calls",
  {
    id: text("`keyid` of its signatures"),
    created_at: time("When it was made"),
    signs_until: orNull(time("When it stops, once another one took its place")),
  },
  "SigningSecret",
);
const made = record(
  "A new one",
  {
    id: text("`keyid` of its signatures"),
    created_at: time("When it was made"),
    signs_until: orNull(time("Null: it signs until it is replaced")),
    secret: text("Shown this once; its UTF-8 bytes are the key"),
  },
  "NewSigningSecret",
);

export const signingRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/signing-secrets",
    access: "session",
    id: "listSigningSecrets",
    tag: "secrets",
    summary: "The secrets that sign calls now; their values are never given out",
    answers: {
      200: answer("All of them", record("Signing secrets", { signing_secrets: list("All of them", view) })),
    },
    errors: ["locked"],
    handle: async ({ engine }, _request, tenant) => {
      const views = await engine.signing.list(tenant);
      return jsonAnswer(200, { signing_secrets: views.map(viewJson) });
    },
  }),
  route({
    method: "POST",
    path: "/api/signing-secrets",
    access: "session",
    id: "createSigningSecret",
    tag: "secrets",
    summary: "Makes the first secret that signs calls",
    answers: { 201: answer("The secret, shown this once", made) },
    errors: ["signing_secret_exists", "locked"],
    handle: async ({ engine }, request, tenant, by) =>
      jsonAnswer(201, newJson(await engine.signing.make(tenant, actorOf(request, by)))),
  }),
  route({
    method: "POST",
    path: "/api/signing-secrets/rotate",
    access: "session",
    id: "rotateSigningSecret",
    tag: "secrets",
    summary: "Makes another one; the one before signs beside it for 72 hours",
    answers: { 201: answer("The secret, shown this once", made) },
    errors: ["signing_secret_not_found", "signing_secret_rotating", "locked"],
    handle: async ({ engine }, request, tenant, by) =>
      jsonAnswer(201, newJson(await engine.signing.rotate(tenant, actorOf(request, by)))),
  }),
  route({
    method: "DELETE",
    path: "/api/signing-secrets/:id",
    access: "session",
    id: "revokeSigningSecret",
    tag: "secrets",
    summary: "Has a secret sign nothing from now on",
    params: { id: text("`keyid` of its signatures") },
    answers: { 204: nothing },
    errors: ["signing_secret_not_found", "locked"],
    handle: async ({ engine }, request, tenant, by) => {
      await engine.signing.revoke(tenant, request.params["id"] as string, actorOf(request, by));
      return emptyAnswer;
    },
  }),
];
