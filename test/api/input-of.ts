// Input for one operation, made from its description: most of it fits, some does not.

import fc from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../src/value/json.ts";

export interface Input {
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body | null;
}

export interface Body {
  readonly type: string;
  readonly text: string;
}

/** What may stand in a request's line and fields; a path is encoded. */
const anyText = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "binary", maxLength: 20 }));
/** What JSON may bring besides: half of a surrogate pair, which no UTF-8 has, and NUL. */
const jsonText = fc.oneof(
  { weight: 3, arbitrary: anyText },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom("\ud83d", "\udc00", "\0", "\u2028", "a"), maxLength: 5 }),
  },
);
const anyJson = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(jsonText, jsonText) },
) as fc.Arbitrary<Json>;

/**
 * @param known values of the path's parameters that are there, each list together
 * @param good a body that the operation takes
 */
export function inputOf(
  path: string,
  operation: JsonObject,
  known: readonly (readonly string[])[],
  good: Body | null,
): fc.Arbitrary<Input> {
  const parameters = (operation["parameters"] ?? []) as unknown as readonly JsonObject[];
  const inPlace = (place: string) => parameters.filter((one) => one["in"] === place);
  const names = inPlace("path");
  return fc.record({
    path: valuesOf(names.length, known).map((values) => pathOf(path, values)),
    query: fc.tuple(...inPlace("query").map(queryValue), strayParameter).map((all) => all.flat()),
    headers: fc
      .tuple(...inPlace("header").map(headerValue))
      .map((all) => Object.fromEntries(all.flat()) as Record<string, string>),
    body: bodyOf(operation["requestBody"] as JsonObject | undefined, good),
  });
}

/** The path of a description with these in the places of its parameters. */
export function pathOf(path: string, values: readonly string[]): string {
  return values.reduce((at, value) => at.replace(/\{\w+\}/, value), path);
}

function valuesOf(count: number, known: readonly (readonly string[])[]): fc.Arbitrary<readonly string[]> {
  const other = anyText.filter((text) => text !== "").map(encoded);
  const others = fc.tuple(...Array.from({ length: count }, () => other));
  if (known.length === 0) return others;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: others });
}

/** Dots alone would be another path. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/^\.+$/, "dots");
}

type Pairs = readonly (readonly [name: string, value: string])[];

function queryValue(parameter: JsonObject): fc.Arbitrary<Pairs> {
  const name = String(parameter["name"]);
  // Nobody waits here.
  const fitting = name === "wait" ? fc.constant("0") : fittingValue(parameter["schema"] as Json).map(asText);
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant<Pairs>([]) },
    { weight: 4, arbitrary: fitting.map((value): Pairs => [[name, value]]) },
    {
      weight: 1,
      arbitrary: anyText.filter((text) => !/^\d/.test(text)).map((value): Pairs => [[name, value]]),
    },
  );
}

const strayParameter = fc.oneof(
  { weight: 15, arbitrary: fc.constant<Pairs>([]) },
  { weight: 1, arbitrary: anyText.map((name): Pairs => [[name, "1"]]) },
);

function headerValue(parameter: JsonObject): fc.Arbitrary<Pairs> {
  const text = fc.string({ maxLength: 30 }).map((value) => value.trim());
  const value = parameter["name"] === "prefer" ? fc.constantFrom("respond-async", "wait=1", "x") : text;
  return fc.option(value, { nil: null }).map((given) => (given ? [[String(parameter["name"]), given]] : []));
}

function asText(value: Json): string {
  if (Array.isArray(value)) return value.map(asText).join(",");
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(([name, one]): [string, string] => [name, asText(one)]);
  return new URLSearchParams(fields).toString();
}

function bodyOf(body: JsonObject | undefined, good: Body | null): fc.Arbitrary<Body | null> {
  if (body === undefined) return fc.constant(null);
  const content = Object.entries(body["content"] as JsonObject);
  const told = content.map(([type, media]) => {
    const { schema } = media as { readonly schema: Json };
    const value = fc.oneof({ weight: 5, arbitrary: fittingValue(schema) }, { weight: 1, arbitrary: anyJson });
    return value.map((one) => ({ type, text: type.includes("json") ? JSON.stringify(one) : asText(one) }));
  });
  const broken = fc.record({
    type: fc.constantFrom(...content.map(([type]) => type), "image/png"),
    text: anyText,
  });
  return fc.oneof(
    ...told.map((arbitrary) => ({ weight: 6, arbitrary })),
    { weight: good === null ? 0 : 6, arbitrary: fc.constant(good) },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

/** A value that fits a schema as far as it is looked at here; patterns and formats are met by luck only. */
function fittingValue(schema: Json): fc.Arbitrary<Json> {
  if (!isJsonObject(schema)) return anyJson;
  const { type, enum: choices, anyOf: either, minimum: least, maximum: most, items } = schema;
  if (Array.isArray(choices)) return fc.constantFrom(...(choices as Json[]));
  if (Array.isArray(either)) return fc.oneof(...(either as Json[]).map(fittingValue));
  if (Array.isArray(type))
    return fc.oneof(fc.constant(null), fittingValue({ ...schema, type: type[0] as Json }));
  switch (type) {
    case "integer":
      return fc.integer({ min: Number(least ?? 0), max: Math.min(Number(most ?? 9), 2 ** 31) });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(fittingValue(items as Json), {
        minLength: Number(schema["minItems"] ?? 0),
        maxLength: 3,
      });
    case "object":
      return objectOf(schema);
    case "string":
      return fc.oneof(jsonText, fc.constantFrom("quick", "asks", "2026-01-31", "who=ann", "signal"));
    default:
      return anyJson;
  }
}

function objectOf({ properties, required }: JsonObject): fc.Arbitrary<Json> {
  const members = Object.entries((properties ?? {}) as JsonObject);
  const requiredKeys = (required ?? []) as readonly string[];
  const model = Object.fromEntries(members.map(([name, schema]) => [name, fittingValue(schema)]));
  return fc.record(model, { requiredKeys: [...requiredKeys] }) as fc.Arbitrary<Json>;
}
