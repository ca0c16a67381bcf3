// OpenAPI 3.1 of every route, from the descriptions by which requests are judged.

import type { Json, JsonObject } from "../../value/json.ts";
import { catalogue, type ErrorCode } from "../../value/problem.ts";
import { type AnswerDescription, queryOf, tags } from "../describe-route.ts";
import type { Route } from "../route.ts";
import type { TypedSchema } from "../typed-schema.ts";
import { answerHeaders, commonHeaders, problemHeaders } from "./common-headers.ts";
import { errorsOf, errorsOfAll } from "./errors-of.ts";

const securityOf: Readonly<Record<Route["access"], readonly string[]>> = {
  anyone: [],
  hook: [],
  handshake: [],
  link: [],
  session: ["session"],
  key: ["session", "key"],
  run: ["session", "runToken"],
  run_or_key: ["session", "runToken", "key"],
};

/** The whole document. The same routes give the same bytes. */
export function writeOpenApi(routes: readonly Route[]): JsonObject {
  const named = new Map<string, Json>();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, named) };
  }
  named.set("Problem", problem);
  const inOrder = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    openapi: "3.1.1",
    info: {
      title: "Dispatched",
      version: "1",
      summary: "Durable orchestration of HTTP services by workflows that are data",
      description:
        "JSON in and out, names in snake_case, times in RFC 3339 (UTC). Errors are problem details (RFC 9457) with a stable `code`.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This server" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries(inOrder),
      responses: commonProblems(),
      headers: commonHeaders,
      securitySchemes,
    },
  };
}

const securitySchemes: JsonObject = {
  session: {
    type: "apiKey",
    in: "header",
    name: "Dispatched-Session",
    description: "The token of a session; `dispatched token` prints one",
  },
  key: {
    type: "apiKey",
    in: "header",
    name: "Dispatched-Key",
    description: "An API key alone, which reads nothing",
  },
  runToken: {
    type: "apiKey",
    in: "header",
    name: "Dispatched-Session",
    description: "The token of one run, here or as `?session=`",
  },
};

const problem: JsonObject = {
  title: "Problem",
  type: "object",
  description: "Problem details (RFC 9457); some codes bring further members",
  properties: {
    type: { type: "string", format: "uri-reference", description: "The page of the code" },
    title: { type: "string", description: "The code in words" },
    status: { type: "integer", description: "Status of the answer", minimum: 400, maximum: 599 },
    code: { type: "string", description: "Stable" },
    detail: { type: "string", description: "What is wrong here" },
    hint: { type: "string", description: "What to do" },
  },
  required: ["type", "title", "status", "code", "detail"],
};

function operationOf(route: Route, named: Map<string, Json>): JsonObject {
  const { id, tag, summary, about, body } = route;
  const parameters = parametersOf(route, named);
  const security = securityOf[route.access].map((scheme) => ({ [scheme]: [] }));
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(about === undefined ? {} : { description: about }),
    security: security.length === 0 ? [{}] : security,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: bodyOf(route, named) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, described]) => [
          status,
          answerOf(described, answerHeaders(route), named),
        ]),
      ),
      ...problemsOf(route),
    },
  };
}

function parametersOf(route: Route, named: Map<string, Json>): readonly JsonObject[] {
  const described = (place: string, name: string, schema: TypedSchema): JsonObject => {
    const { description, ...rest } = schema.source;
    return {
      name,
      in: place,
      description: description ?? name,
      required: place === "path" || !schema.optional,
      ...(rest["type"] === "array" ? { style: "form", explode: false } : {}),
      schema: hoist(rest, named),
    };
  };
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => {
    const schema = route.params?.[name];
    if (schema === undefined) throw new Error(`${route.method} ${route.path} does not describe :${name}`);
    return described("path", name, schema);
  });
  return [
    ...inPath,
    ...Object.entries(queryOf(route)).map(([name, schema]) => described("query", name, schema)),
    ...Object.entries(route.headers ?? {}).map(([name, schema]) => described("header", name, schema)),
  ];
}

function bodyOf({ body, id }: Route, named: Map<string, Json>): JsonObject {
  if (body === undefined) throw new Error(`${id} has no body`);
  if (body.type === "json") {
    const { none, schema } = body;
    const mayMiss = none === null || (schema.source["required"] as readonly string[])?.length === 0;
    return { required: !mayMiss, content: { "application/json": { schema: hoist(schema.source, named) } } };
  }
  return { required: body.required, content: contentOf(body.content, named) };
}

function contentOf(content: Readonly<Record<string, TypedSchema>>, named: Map<string, Json>): JsonObject {
  return Object.fromEntries(
    Object.entries(content).map(([type, { source }]) => [type, { schema: hoist(source, named) }]),
  );
}

function answerOf(
  { about, schema, content, headers }: AnswerDescription,
  common: JsonObject,
  named: Map<string, Json>,
): JsonObject {
  const all = { ...(schema === undefined ? {} : { "application/json": schema }), ...content };
  const told = Object.entries(headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return {
    description: about,
    ...withHeaders({ ...Object.fromEntries(told), ...common }),
    ...(Object.keys(all).length === 0 ? {} : { content: contentOf(all, named) }),
  };
}

/** One answer a status, with the codes that it may have; those that every route has stand once. */
function problemsOf(route: Route): JsonObject {
  return Object.fromEntries(
    [...byStatus(errorsOf(route))].map(([status, codes]) => {
      const isCommon = !route.problemPages && codes.join() === byStatus(errorsOfAll).get(status)?.join();
      const said = isCommon
        ? { $ref: `#/components/responses/Problem${status}` }
        : problemOf(codes, route.problemPages === true);
      return [String(status), said];
    }),
  );
}

function commonProblems(): JsonObject {
  return Object.fromEntries(
    [...byStatus(errorsOfAll)].map(([status, codes]) => [`Problem${status}`, problemOf(codes)]),
  );
}

function byStatus(codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> {
  return Map.groupBy(codes, (code) => catalogue[code].status);
}

function withHeaders(headers: JsonObject): JsonObject {
  return Object.keys(headers).length === 0 ? {} : { headers };
}

function problemOf(codes: readonly ErrorCode[], asPage = false): JsonObject {
  const schema = {
    allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes } } }],
  };
  const description = codes.map((code) => catalogue[code].title).join("; ");
  const page = asPage
    ? { "text/html": { schema: { type: "string", description: "The same as a page" } } }
    : {};
  return {
    description,
    ...withHeaders(problemHeaders(codes)),
    content: { "application/problem+json": { schema }, ...page },
  };
}

/** Schemas with a title stand once, and are referred to. */
function hoist(source: Json, named: Map<string, Json>): Json {
  if (Array.isArray(source)) return source.map((one) => hoist(one as Json, named));
  if (typeof source !== "object" || source === null) return source;
  const object = source as JsonObject;
  const title = object["title"];
  const inner = () =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, hoist(value, named)]));
  // A property may be called title, too: only a text is the title of a schema.
  if (typeof title !== "string") return inner();
  if (!named.has(title)) {
    named.set(title, null);
    named.set(title, inner());
  }
  return { $ref: `#/components/schemas/${title}` };
}
