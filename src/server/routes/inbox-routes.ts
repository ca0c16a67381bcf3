// The inbox and grants: what waits, what became of it, what may start while nobody is signed in.

import type { InboxFilter, InboxState } from "../../ports/inbox-store.ts";
import type { HookId } from "../../value/id.ts";
import { DispatchedError } from "../../value/problem.ts";
import { actorOf } from "../actor-of.ts";
import type { ApiRequest } from "../api-request.ts";
import { grantIdOf, itemIdOf } from "../id-of.ts";
import { grantJson, itemJson, shownItemJson } from "../inbox-json.ts";
import { emptyAnswer, jsonAnswer, pageLimit, queryNumber, type Route } from "../route.ts";

const states: readonly InboxState[] = ["waiting", "started", "rejected", "expired"];

function filterOf({ query }: ApiRequest): InboxFilter {
  const wanted = query.get("state")?.split(",") ?? null;
  const known = wanted?.flatMap((name) => states.filter((state) => state === name)) ?? [];
  if (wanted !== null && known.length !== wanted.length) {
    throw new DispatchedError("invalid_query", `state is one or more of ${states.join(", ")}`);
  }
  const hook = query.get("hook");
  return {
    ...(wanted === null ? {} : { states: known }),
    ...(hook === null ? {} : { hook: hook as HookId }),
  };
}

export const inboxRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/inbox",
    access: "session",
    handle: async ({ engine }, request, tenant) => {
      const limit = queryNumber(request, "limit", pageLimit);
      const page = await engine.listInbox(tenant, filterOf(request), request.query.get("cursor"), limit);
      return jsonAnswer(200, { items: page.rows.map(itemJson), next: page.next });
    },
  },
  {
    method: "GET",
    path: "/api/inbox/:id",
    access: "session",
    handle: async ({ engine }, request, tenant) =>
      jsonAnswer(200, shownItemJson(await engine.showItem(tenant, itemIdOf(request)))),
  },
  {
    method: "GET",
    path: "/api/grants",
    access: "session",
    handle: async ({ engine }, _request, tenant) => {
      const grants = await engine.listGrants(tenant);
      return jsonAnswer(200, { grants: grants.map(grantJson) });
    },
  },
  {
    method: "DELETE",
    path: "/api/grants/:id",
    access: "session",
    handle: async ({ engine }, request, tenant, by) => {
      await engine.revokeGrant(tenant, grantIdOf(request), actorOf(request, by));
      return emptyAnswer;
    },
  },
];
