// The generation of the tenant's key, and how far its last rotation is.

import { timeJson } from "../api-json.ts";
import { jsonAnswer, type Route } from "../route.ts";

export const rotationRoute: Route = {
  method: "GET",
  path: "/api/rotation",
  // With the API key alone it says the generation only: who recovers a lost key has to know it.
  access: "key",
  handle: async ({ engine }, _request, tenant, by) => {
    const rotation = await engine.showRotation(tenant);
    if (rotation === null) return jsonAnswer(200, { generation: 1, rotation: null });
    if (by === "key") return jsonAnswer(200, { generation: rotation.to, rotation: null });
    const { from, to, deep, records, done, startedAt, endedAt } = rotation;
    return jsonAnswer(200, {
      generation: to,
      rotation: {
        from,
        to,
        deep,
        records,
        done,
        started_at: timeJson(startedAt),
        ended_at: endedAt === null ? null : timeJson(endedAt),
      },
    });
  },
};
