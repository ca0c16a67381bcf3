// The inbox and grants: what waits, what became of it, what may start while nobody is signed in.

import type { HookId } from "../../value/id.ts";
import { actorOf } from "../actor-of.ts";
import { answer } from "../describe-route.ts";
import { grantIdOf, itemIdOf } from "../id-of.ts";
import { grantJson, itemJson, shownItemJson } from "../inbox-json.ts";
import { emptyAnswer, jsonAnswer, type Route, route } from "../route.ts";
import { grant, grantId, item, itemId, itemStates, shownItem } from "../schemas/inbox-schemas.ts";
import { nothing, page, pageQuery } from "../schemas/parts.ts";
import { choice, list, optional, text } from "../typed-schema.ts";

export const inboxRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/inbox",
    access: "session",
    id: "listItems",
    tag: "inbox",
    summary: "Items of the inbox in their order",
    query: {
      state: optional(list("What became of them", choice("State", itemStates))),
      hook: optional(text("Id of the hook that they came by")),
      ...pageQuery,
    },
    answers: { 200: answer("Items", page("items", item)) },
    errors: ["invalid_cursor"],
    handle: async ({ engine }, { asked }, tenant) => {
      const { state, hook, cursor, limit } = asked;
      const filter = {
        ...(state === undefined ? {} : { states: state }),
        ...(hook === undefined ? {} : { hook: hook as HookId }),
      };
      const { rows, next } = await engine.listInbox(tenant, filter, cursor ?? null, limit);
      return jsonAnswer(200, { items: rows.map(itemJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/inbox/:id",
    access: "session",
    id: "getItem",
    tag: "inbox",
    summary: "One item with what it holds",
    params: { id: itemId },
    answers: { 200: answer("The item", shownItem) },
    errors: ["item_not_found"],
    handle: async ({ engine }, request, tenant) =>
      jsonAnswer(200, shownItemJson(await engine.showItem(tenant, itemIdOf(request)))),
  }),
  route({
    method: "GET",
    path: "/api/grants",
    access: "session",
    id: "listGrants",
    tag: "inbox",
    summary: "Grants, with those that have ended",
    query: pageQuery,
    answers: { 200: answer("Grants, the newest first", page("grants", grant)) },
    errors: ["invalid_cursor"],
    handle: async ({ engine }, { asked }, tenant) => {
      const { rows, next } = await engine.grants.list(tenant, asked.cursor ?? null, asked.limit);
      return jsonAnswer(200, { grants: rows.map(grantJson), next });
    },
  }),
  route({
    method: "GET",
    path: "/api/grants/:id",
    access: "session",
    id: "getGrant",
    tag: "inbox",
    summary: "One grant",
    params: { id: grantId },
    answers: { 200: answer("The grant", grant) },
    errors: ["grant_not_found"],
    handle: async ({ engine }, request, tenant) =>
      jsonAnswer(200, grantJson(await engine.grants.show(tenant, grantIdOf(request)))),
  }),
  route({
    method: "DELETE",
    path: "/api/grants/:id",
    access: "session",
    id: "revokeGrant",
    tag: "inbox",
    summary: "Revokes a grant",
    params: { id: grantId },
    answers: { 204: nothing },
    errors: ["grant_not_found"],
    handle: async ({ engine }, request, tenant, by) => {
      await engine.grants.revoke(tenant, grantIdOf(request), actorOf(request, by));
      return emptyAnswer;
    },
  }),
];
