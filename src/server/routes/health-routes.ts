// Liveness and readiness.

import { catalogue, DispatchedError, type ErrorCode } from "../../value/problem.ts";
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
      if (unready === null) return jsonAnswer(200, { status: "ready" });
      const code = Object.hasOwn(catalogue, unready) ? (unready as ErrorCode) : "store_unavailable";
      throw new DispatchedError(code, "the engine takes no work now", { retryable: true });
    },
  },
];
