// Liveness and readiness.

import { jsonAnswer, type Route } from "../route.ts";

export const healthRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/healthz",
    access: "anyone",
    handle: async () => jsonAnswer(200, { status: "alive" }),
  },
  {
    method: "GET",
    path: "/readyz",
    access: "anyone",
    handle: async ({ engine }) => {
      const unready = engine.unready();
      return unready === null
        ? jsonAnswer(200, { status: "ready" })
        : jsonAnswer(503, { status: "unready", reason: unready });
    },
  },
];
