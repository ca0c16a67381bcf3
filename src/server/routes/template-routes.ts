// Templates: the examples of the package, as data. They hold nothing of a tenant.

import type { Json } from "../../value/json.ts";
import { DispatchedError } from "../../value/problem.ts";
import { answer } from "../describe-route.ts";
import { jsonAnswer, type Route, route } from "../route.ts";
import { template } from "../schemas/uses-schemas.ts";
import { readTemplates, type Template } from "../templates/read-templates.ts";
import { list, record, text } from "../typed-schema.ts";

export const templateRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api/templates",
    access: "anyone",
    id: "listTemplates",
    tag: "workflows",
    summary: "Examples to begin with, with their documents",
    answers: {
      200: answer("All of them", record("All templates", { templates: list("By name", template) })),
    },
    errors: [],
    handle: async () => jsonAnswer(200, { templates: [...readTemplates().values()].map(templateJson) }),
  }),
  route({
    method: "GET",
    path: "/api/templates/:name",
    access: "anyone",
    id: "getTemplate",
    tag: "workflows",
    summary: "One of these examples",
    params: { name: text("Name of a template") },
    answers: { 200: answer("The template", template) },
    errors: ["not_found"],
    handle: async (_, { params }) => {
      const found = readTemplates().get(params["name"] ?? "");
      if (found !== undefined) return jsonAnswer(200, templateJson(found));
      const hint = "GET /api/templates lists them";
      throw new DispatchedError("not_found", "there is no such template", { hint });
    },
  }),
];

function templateJson(one: Template): Json {
  const { name, title, description, secrets, sample } = one;
  return {
    name,
    title,
    description,
    documents: one.documents.map((document) => ({ ...document })),
    hosts: one.hosts.map((host) => ({ ...host })),
    secrets,
    sample: sample === null ? null : { ...sample },
  };
}
