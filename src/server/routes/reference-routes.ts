// The description of the API for programs.

import { answer } from "../describe-route.ts";
import { writeOpenApi } from "../open-api/write-open-api.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { anything } from "../typed-schema.ts";

/** @param routes all of them, these included: asked for when the first request comes */
export function referenceRoutes(routes: () => readonly Route[]): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/openapi.json",
      access: "anyone",
      id: "getOpenApi",
      tag: "server",
      summary: "This description: OpenAPI 3.1",
      answers: { 200: answer("The document", anything("OpenAPI 3.1")) },
      errors: [],
      handle: async () => jsonAnswer(200, writeOpenApi(routes())),
    }),
  ];
}
