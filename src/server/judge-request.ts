// Judges the query and the body of a request by the description of its route.

import { compileSchema } from "../language/compile-schema.ts";
import type { Schema, SchemaProblem } from "../language/schema.ts";
import { assert } from "../value/assert.ts";
import type { Json, JsonObject } from "../value/json.ts";
import { DispatchedError } from "../value/problem.ts";
import type { ApiRequest } from "./api-request.ts";
import type { BodyDescription, Parameters } from "./describe-route.ts";
import { readJsonBody } from "./read-json-body.ts";
import type { TypedSchema } from "./typed-schema.ts";

const compiled = new WeakMap<JsonObject, Schema>();

/** Compiled at first use: a server has many schemas, and a process uses few of them. */
function judge({ source }: TypedSchema, value: Json): readonly SchemaProblem[] {
  let schema = compiled.get(source);
  if (schema === undefined) {
    const result = compileSchema(null, source);
    assert(result.ok, "a schema of a route compiles");
    schema = result.schema;
    compiled.set(source, schema);
  }
  return schema.judge(value);
}

/** Each parameter as its schema says. Errors: `invalid_query`. */
export function judgeQuery(query: URLSearchParams, known: Parameters): Readonly<Record<string, unknown>> {
  for (const name of query.keys()) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known);
    throw new DispatchedError(
      "invalid_query",
      `there is no parameter ${JSON.stringify(name.slice(0, 64))} here`,
      {
        hint: names.length === 0 ? "this address takes none" : `it takes ${names.join(", ")}`,
      },
    );
  }
  return Object.fromEntries(
    Object.entries(known).map(([name, schema]) => [name, parameterOf(name, query.getAll(name), schema)]),
  );
}

function parameterOf(name: string, values: readonly string[], schema: TypedSchema): unknown {
  const [given] = values;
  if (given === undefined) {
    if (schema.optional) return schema.source["default"];
    throw new DispatchedError("invalid_query", `${name} is missing`);
  }
  if (values.length > 1) throw new DispatchedError("invalid_query", `${name} comes ${values.length} times`);
  const value = readParameter(given, schema.source);
  if (value !== undefined && judge(schema, value).length === 0) return value;
  throw new DispatchedError(
    "invalid_query",
    `${name} is ${wanted(schema.source)}, and not ${JSON.stringify(given.slice(0, 100))}`,
  );
}

/** Undefined for what is not of the schema's type. */
function readParameter(given: string, source: JsonObject): Json | undefined {
  switch (source["type"]) {
    case "integer":
      return /^\d{1,16}$/.test(given) ? Number(given) : undefined;
    case "boolean":
      return given === "true" ? true : given === "false" ? false : undefined;
    case "array":
      return given.split(",");
    default:
      return given;
  }
}

/** What a schema of a parameter asks for, in words. */
function wanted(source: JsonObject): string {
  const { type, minimum, maximum, enum: names, items } = source;
  if (type === "integer") return `a whole number from ${minimum} to ${maximum}`;
  if (type === "boolean") return "true or false";
  if (type === "array") return `a list with commas, each ${wanted(items as JsonObject)}`;
  if (Array.isArray(names)) return `one of ${names.join(", ")}`;
  return String(source["x-words"] ?? source["description"]);
}

/** Errors: those of `readJsonBody`, and `invalid_body` (extra.problems). */
export async function judgeBody(request: ApiRequest, body: BodyDescription<unknown>): Promise<unknown> {
  if (body.type === "raw") return undefined;
  const { text, value } = await readJsonBody(request, body.bytesMax);
  const given = text === "" ? body.none : value;
  const problems = judge(body.schema, given);
  const [first] = problems;
  if (first === undefined) return given;
  const place = first.pointer === "" ? "" : `${first.pointer}: `;
  throw new DispatchedError("invalid_body", `${place}${first.message}`, {
    extra: { problems: problems.map((problem) => ({ ...problem })) },
  });
}
