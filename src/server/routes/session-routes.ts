// Signing in by the handshake, looking at the session, signing out.

import { DispatchedError } from "../../value/problem.ts";
import { timeJson } from "../api-json.ts";
import { addressOf } from "../api-request.ts";
import { readJsonBody } from "../read-json-body.ts";
import { emptyAnswer, jsonAnswer, queryFlag, type Route } from "../route.ts";

/** A message of Noise has 65,535 bytes at most, which are 87,380 characters; nobody has proved anything yet who sends it. */
const handshakeBytesMax = 128 * 1024;

export const sessionRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/api/session",
    access: "handshake",
    handle: async ({ accounts }, request) => {
      const { value } = await readJsonBody(request, handshakeBytesMax);
      const apiKey = request.headers["dispatched-key"] ?? "";
      return jsonAnswer(200, await accounts.beginHandshake(apiKey, value, addressOf(request)));
    },
  },
  {
    method: "POST",
    path: "/api/session/confirm",
    access: "handshake",
    handle: async ({ accounts }, request) => {
      const { value } = await readJsonBody(request, handshakeBytesMax);
      return jsonAnswer(200, await accounts.confirmHandshake(value, addressOf(request)));
    },
  },
  {
    method: "GET",
    path: "/api/session",
    access: "session",
    handle: async ({ accounts }, request) => {
      const session = await accounts.showSession(request.headers["dispatched-session"] ?? "");
      if (session === null) throw new DispatchedError("unauthenticated", "the session has ended");
      const { tenant, createdAt, expiresAt } = session;
      return jsonAnswer(200, {
        tenant,
        created_at: timeJson(createdAt),
        expires_at: timeJson(expiresAt),
      });
    },
  },
  {
    method: "DELETE",
    path: "/api/session",
    access: "session",
    handle: async ({ accounts }, request) => {
      const all = queryFlag(request, "all", false);
      await accounts.signOut(request.headers["dispatched-session"] ?? "", all, addressOf(request));
      return emptyAnswer;
    },
  },
];
