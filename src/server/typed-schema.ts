// JSON Schemas (2020-12) with the TypeScript type of what they describe: one description for requests, answers and OpenAPI.

import type { Json, JsonObject } from "../value/json.ts";

export interface TypedSchema<Value = unknown> {
  readonly source: JsonObject;
  /** As a member or a parameter it may be absent. */
  readonly optional: boolean;
  /** Never there: it carries the type. */
  readonly value?: Value;
}

export type ValueOf<Schema> = Schema extends TypedSchema<infer Value> ? Value : never;

/** What an object of these members holds. */
export type Members<Properties> = { readonly [Name in keyof Properties]: ValueOf<Properties[Name]> };

export type Properties = Readonly<Record<string, TypedSchema>>;

function typed<Value>(source: JsonObject): TypedSchema<Value> {
  return { source, optional: false };
}

/** Text; `about` is one phrase, as of every schema here. */
export function text(about: string, rest: JsonObject = {}): TypedSchema<string> {
  return typed({ type: "string", description: about, ...rest });
}

/** A time as RFC 3339 writes it, in UTC. */
export function time(about: string): TypedSchema<string> {
  return text(about, { format: "date-time" });
}

/** An integer from `least` to `most`. */
export function whole(about: string, least = 0, most: number = Number.MAX_SAFE_INTEGER): TypedSchema<number> {
  return typed({ type: "integer", description: about, minimum: least, maximum: most });
}

export function flag(about: string): TypedSchema<boolean> {
  return typed({ type: "boolean", description: about });
}

/** One of these texts. */
export function choice<const Names extends readonly string[]>(
  about: string,
  names: Names,
): TypedSchema<Names[number]> {
  return typed({ type: "string", description: about, enum: [...names] });
}

/** Any JSON. */
export function anything(about: string): TypedSchema<Json> {
  return typed({ description: about });
}

export function list<Value>(
  about: string,
  of: TypedSchema<Value>,
  rest: JsonObject = {},
): TypedSchema<readonly Value[]> {
  return typed({ type: "array", description: about, items: of.source, ...rest });
}

/** A list of two. */
export function pair<One, Other>(
  about: string,
  one: TypedSchema<One>,
  other: TypedSchema<Other>,
): TypedSchema<readonly [One, Other]> {
  const prefixItems = [one.source, other.source];
  return typed({ type: "array", description: about, prefixItems, minItems: 2, maxItems: 2 });
}

/** Null, where others of its kind have something. */
export function none(about: string): TypedSchema<null> {
  return typed({ type: "null", description: about });
}

/** An object with these members and no others. With a `title` it is a schema of its own in OpenAPI. */
export function record<Of extends Properties>(
  about: string,
  properties: Of,
  title?: string,
): TypedSchema<Members<Of>> {
  const entries = Object.entries(properties);
  return typed({
    ...(title === undefined ? {} : { title }),
    type: "object",
    description: about,
    properties: Object.fromEntries(entries.map(([name, schema]) => [name, schema.source])),
    required: entries.filter(([, schema]) => !schema.optional).map(([name]) => name),
    additionalProperties: false,
  });
}

/** An object whose members all are alike. */
export function mapOf<Value>(
  about: string,
  of: TypedSchema<Value>,
): TypedSchema<Readonly<Record<string, Value>>> {
  return typed({ type: "object", description: about, additionalProperties: of.source });
}

/** Null is allowed, too. */
export function orNull<Value>(schema: TypedSchema<Value>): TypedSchema<Value | null> {
  const { type } = schema.source;
  const { source } = schema;
  if (typeof type === "string" && source["enum"] === undefined && source["title"] === undefined) {
    return typed({ ...source, type: [type, "null"] });
  }
  return typed({ anyOf: [source, { type: "null" }] });
}

/** It may be absent. */
export function optional<Value>(schema: TypedSchema<Value>): TypedSchema<Value | undefined> {
  return { source: schema.source, optional: true };
}

/** A parameter that has this value when it is absent. */
export function withDefault<Value extends Json>(
  schema: TypedSchema<Value>,
  value: Value,
): TypedSchema<Value> {
  return { source: { ...schema.source, default: value }, optional: true };
}

/** Either of two, neither of which is told apart by a name. */
export function either<One, Other>(
  one: TypedSchema<One>,
  other: TypedSchema<Other>,
): TypedSchema<One | Other> {
  return typed({ anyOf: [one.source, other.source] });
}

/** One of several. With a `title` it is a schema of its own in OpenAPI. */
export function oneOf<const Schemas extends readonly TypedSchema[]>(
  about: string,
  schemas: Schemas,
  title?: string,
): TypedSchema<ValueOf<Schemas[number]>> {
  return typed({
    ...(title === undefined ? {} : { title }),
    description: about,
    anyOf: schemas.map(({ source }) => source),
  });
}

/** A schema of OpenAPI by its title, for one that holds itself. */
export function reference<Value>(title: string): TypedSchema<Value> {
  return typed({ $ref: `#/components/schemas/${title}` });
}
