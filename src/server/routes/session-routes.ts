// Signing in by the handshake, looking at the session, signing out.

import type { WhatWaited } from "../../engine/what-waited.ts";
import type { JsonObject } from "../../value/json.ts";
import { DispatchedError } from "../../value/problem.ts";
import { maybeTime, timeJson } from "../api-json.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { emptyAnswer, jsonAnswer, type Route, route } from "../route.ts";
import { handshakeAnswer, handshakeMessage, session } from "../schemas/account-schemas.ts";
import { nothing } from "../schemas/parts.ts";
import { flag, optional, text, withDefault } from "../typed-schema.ts";

const handshakeErrors = [
  "handshake_refused",
  "too_many_attempts",
  "rotation_under_way",
  "wrong_key",
  "invalid_grant",
  "workflow_not_found",
] as const;

/** A message of Noise has 65,535 bytes at most, which are 87,380 characters; nobody has proved anything yet who sends it. */
const handshakeBytesMax = 128 * 1024;

function waitedJson(waited: WhatWaited | null): JsonObject | null {
  if (waited === null) return null;
  const { openedAt, items, rejected, waiting, runs, oldestAt } = waited;
  return {
    opened_at: timeJson(openedAt),
    items,
    rejected,
    waiting,
    runs,
    oldest_at: maybeTime(oldestAt),
  };
}

export const sessionRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/session",
    access: "handshake",
    id: "beginHandshake",
    tag: "accounts",
    summary: "Begins a handshake: messages 1 and 2",
    headers: { "dispatched-key": optional(text("The tenant's API key")) },
    body: jsonBody(handshakeMessage, { none: null, bytesMax: handshakeBytesMax }),
    answers: { 200: answer("The server's message", handshakeAnswer) },
    errors: handshakeErrors,
    handle: async ({ accounts }, request) => {
      const apiKey = request.headers["dispatched-key"] ?? "";
      return jsonAnswer(200, await accounts.beginHandshake(apiKey, request.body, request.address));
    },
  }),
  route({
    method: "POST",
    path: "/api/session/confirm",
    access: "handshake",
    id: "confirmHandshake",
    tag: "accounts",
    summary: "Ends a handshake: messages 3 and 4",
    body: jsonBody(handshakeMessage, { none: null, bytesMax: handshakeBytesMax }),
    answers: { 200: answer("The server's message", handshakeAnswer) },
    errors: handshakeErrors,
    handle: async ({ accounts }, request) =>
      jsonAnswer(200, await accounts.confirmHandshake(request.body, request.address)),
  }),
  route({
    method: "GET",
    path: "/api/session",
    access: "session",
    id: "getSession",
    tag: "accounts",
    summary: "The session of the token",
    answers: { 200: answer("The session", session) },
    errors: [],
    handle: async ({ accounts, engine }, request) => {
      const found = await accounts.showSession(request.headers["dispatched-session"] ?? "");
      if (found === null) throw new DispatchedError("unauthenticated", "the session has ended");
      const { tenant, createdAt, expiresAt } = found;
      return jsonAnswer(200, {
        tenant,
        created_at: timeJson(createdAt),
        expires_at: timeJson(expiresAt),
        waited: waitedJson(await engine.review.whatWaited(tenant)),
      });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/session",
    access: "session",
    id: "signOut",
    tag: "accounts",
    summary: "Signs out",
    query: { all: withDefault(flag("Every session of the tenant"), false) },
    answers: { 204: nothing },
    errors: [],
    handle: async ({ accounts }, request) => {
      const token = request.headers["dispatched-session"] ?? "";
      await accounts.signOut(token, request.asked.all, request.address);
      return emptyAnswer;
    },
  }),
];
