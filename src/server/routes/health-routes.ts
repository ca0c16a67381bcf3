// Liveness and readiness.

import { catalogue, DispatchedError, type ErrorCode } from "../../value/problem.ts";
import { answer } from "../describe-route.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { choice, record } from "../typed-schema.ts";

const statusOf = (status: "alive" | "ready") =>
  record("That it is so", { status: choice("In a word", [status]) });

export const healthRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/healthz",
    access: "anyone",
    id: "checkAlive",
    tag: "server",
    summary: "Whether the process answers",
    answers: { 200: answer("Alive", statusOf("alive")) },
    errors: [],
    handle: async () => jsonAnswer(200, { status: "alive" }),
  }),
  route({
    method: "GET",
    path: "/readyz",
    access: "anyone",
    id: "checkReady",
    tag: "server",
    summary: "Whether the engine takes work",
    answers: { 200: answer("It takes work", statusOf("ready")) },
    errors: ["keys_in_use", "data_in_use"],
    handle: async ({ engine }) => {
      const unready = engine.unready();
      if (unready === null) return jsonAnswer(200, { status: "ready" });
      const code = Object.hasOwn(catalogue, unready) ? (unready as ErrorCode) : "store_unavailable";
      throw new DispatchedError(code, "the engine takes no work now", { retryable: true });
    },
  }),
];
