// The types of the client as they are written of a description: what each kind of schema becomes, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { clientTypes } from "../../scripts/client-types.ts";
import { runStatuses as told } from "../../src/client/api/run-statuses.ts";
import { runStatuses } from "../../src/run/status.ts";
import type { JsonObject } from "../../src/value/json.ts";

const ref = (title: string) => ({ $ref: `#/components/schemas/${title}` });
const text = { type: "string", description: "Text" };

/** A description of one route of the tag `one`, and one of `two`. */
function described(thing: JsonObject): JsonObject {
  const answer = (schema: JsonObject) => ({
    description: "It",
    content: { "application/json": { schema } },
  });
  const parameters = [
    { name: "id", in: "path", description: "Id", required: true, schema: { type: "string" } },
    {
      name: "kind",
      in: "query",
      description: "Kinds",
      required: false,
      schema: { type: "array", items: { type: "string", enum: ["a", "b"] } },
    },
  ];
  const body = { type: "object", properties: { note: text }, required: [] };
  return {
    tags: [{ name: "one" }, { name: "two" }, { name: "none" }],
    paths: {
      "/things/{id}": {
        put: {
          tags: ["one"],
          summary: "Puts one",
          parameters,
          requestBody: { content: { "application/json": { schema: body } } },
          responses: { 200: answer(ref("Thing")), 204: { description: "Gone" }, 404: answer(text) },
        },
      },
      "/others": { get: { tags: ["two"], summary: "Lists", responses: { 200: answer(ref("Thing")) } } },
    },
    components: { schemas: { Thing: { title: "Thing", description: "A thing", ...thing } } },
  };
}

const thing = {
  type: "object",
  properties: {
    name: text,
    maybe: text,
    level: { type: ["integer", "null"] },
    state: { anyOf: [{ type: "string", description: "State", enum: ["on", "off"] }, { type: "null" }] },
    many: { type: "array", items: { anyOf: [text, { type: "null" }] } },
    map: { type: "object", additionalProperties: { type: "boolean" } },
    any: { description: "Anything" },
    inner: { anyOf: [ref("Thing"), { type: "null" }] },
  },
  required: ["name", "level", "state", "many", "map", "any", "inner"],
};

test("a schema with a title is a resource, in the file of the tag that needs it first", () => {
  const files = clientTypes(described(thing));
  assert.deepEqual([...files.keys()], ["one-resources.ts", "one-routes.ts", "two-routes.ts", "index.ts"]);
  assert.deepEqual(files.get("one-resources.ts")?.split("\n").slice(4), [
    "/** A thing */",
    "export type ThingResource = {",
    "  /** Text */ readonly name: string;",
    "  /** Text */ readonly maybe?: string;",
    "  readonly level: number | null;",
    '  /** State */ readonly state: "on" | "off" | null;',
    "  readonly many: readonly (string | null)[];",
    "  readonly map: Readonly<Record<string, boolean>>;",
    "  /** Anything */ readonly any: Json;",
    "  readonly inner: ThingResource | null;",
    "};",
    "",
  ]);
  assert.match(
    files.get("two-routes.ts") ?? "",
    /import type \{ ThingResource \} from "\.\/one-resources\.ts";/,
  );
});

test("a route has its parameters, its body and its answers, without those that are problems", () => {
  const lines = clientTypes(described(thing)).get("one-routes.ts")?.split("\n") ?? [];
  assert.deepEqual(lines.slice(lines.indexOf("  /** Puts one */")), [
    "  /** Puts one */",
    '  readonly "PUT /things/{id}": {',
    "    readonly path: { /** Id */ readonly id: string; };",
    '    readonly query: { /** Kinds */ readonly kind?: readonly ("a" | "b")[] | undefined; };',
    "    readonly body: { /** Text */ readonly note?: string | undefined; };",
    "    readonly answers: {",
    "      /** It */ readonly 200: ThingResource;",
    "      /** Gone */ readonly 204: null;",
    "    };",
    "  };",
    "}",
    "",
  ]);
});

test("a keyword that would be left out of the type is refused", () => {
  assert.throws(() => clientTypes(described({ oneOf: [text] })), /oneOf/);
});

test("the client has the statuses of a run as the engine has them, in their order", () => {
  assert.deepEqual(told, runStatuses);
});
