// The generation of the tenant's key, and how far its last rotation is.

import { maybeTime, timeJson } from "../api-json.ts";
import { answer } from "../describe-route.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { rotation } from "../schemas/account-schemas.ts";

export const rotationRoute: Route = route({
  method: "GET",
  path: "/api/rotation",
  // With the API key alone it says the generation only: who recovers a lost key has to know it.
  access: "key",
  id: "getRotation",
  tag: "accounts",
  summary: "Generation of the tenant's key and, with a session, its last rotation",
  answers: { 200: answer("The rotation, or null for none", rotation) },
  errors: [],
  handle: async ({ engine }, _request, tenant, by) => {
    const last = await engine.showRotation(tenant);
    if (last === null) return jsonAnswer(200, { generation: 1, rotation: null });
    if (by === "key") return jsonAnswer(200, { generation: last.to, rotation: null });
    const { from, to, deep, records, done, startedAt, endedAt } = last;
    const times = { started_at: timeJson(startedAt), ended_at: maybeTime(endedAt) };
    return jsonAnswer(200, { generation: to, rotation: { from, to, deep, records, done, ...times } });
  },
});
