// The sessions of a tenant, and links by which one session opens another in a browser.

import { credentialId } from "../../engine/audit-entry.ts";
import { tokenHash } from "../../handshake/token-hash.ts";
import { actorOf } from "../actor-of.ts";
import { timeJson } from "../api-json.ts";
import { answer, jsonBody } from "../describe-route.ts";
import { emptyAnswer, jsonAnswer, type Route, route } from "../route.ts";
import { linkedSession, redeemed, sessionList, signInLink } from "../schemas/access-schemas.ts";
import { nothing } from "../schemas/parts.ts";
import { text } from "../typed-schema.ts";

/** Everybody may send one. */
const codeBytesMax = 1024;

export const accessRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/sign-in-links",
    access: "session",
    id: "makeSignInLink",
    tag: "accounts",
    summary: "Makes a code that opens one other session, once, within 60 seconds",
    about:
      "It goes into the fragment of an address, which no server and no log is sent. The session that it opens ends with this one.",
    answers: { 201: answer("The code, shown this once", signInLink) },
    errors: ["private_key_needed", "too_many_attempts"],
    handle: async ({ accounts }, request) => {
      const token = request.headers["dispatched-session"] ?? "";
      const { code, expiresAt } = await accounts.makeSignInLink(token, actorOf(request, "session"));
      return jsonAnswer(201, { code, expires_at: timeJson(expiresAt) });
    },
  }),
  route({
    method: "POST",
    path: "/api/sign-in-links/redeem",
    access: "link",
    id: "redeemSignInLink",
    tag: "accounts",
    summary: "Opens a session by the code of a sign-in link",
    body: jsonBody(redeemed, { bytesMax: codeBytesMax }),
    answers: { 201: answer("The session, its token shown this once", linkedSession) },
    errors: ["sign_in_link_refused", "too_many_attempts"],
    handle: async ({ accounts }, request) => {
      const opened = await accounts.redeemSignInLink(request.body.code, request.address);
      const { token, tenant, createdAt, expiresAt } = opened;
      const times = { created_at: timeJson(createdAt), expires_at: timeJson(expiresAt) };
      return jsonAnswer(201, { session: token, tenant, ...times });
    },
  }),
  route({
    method: "GET",
    path: "/api/sessions",
    access: "session",
    id: "listSessions",
    tag: "accounts",
    summary: "The sessions that last, the newest first; never their tokens",
    answers: { 200: answer("At most 1,000", sessionList) },
    errors: [],
    handle: async ({ accounts }, request, tenant) => {
      const own = credentialId(tokenHash(request.headers["dispatched-session"] ?? ""));
      const sessions = (await accounts.listSessions(tenant)).map(({ id, by, createdAt, expiresAt }) => ({
        id,
        by,
        created_at: timeJson(createdAt),
        expires_at: timeJson(expiresAt),
        current: id === own,
      }));
      return jsonAnswer(200, { sessions });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/sessions/:id",
    access: "session",
    id: "endSession",
    tag: "accounts",
    summary: "Ends a session, with those that links of it opened",
    params: { id: text("Id of the session, as it is listed and as the audit log names it") },
    answers: { 204: nothing },
    errors: ["session_not_found"],
    handle: async ({ accounts }, request, tenant) => {
      await accounts.endSession(tenant, request.params["id"] ?? "", actorOf(request, "session"));
      return emptyAnswer;
    },
  }),
];
