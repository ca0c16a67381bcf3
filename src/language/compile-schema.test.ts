// JSON Schema: the suite that everyone runs, what people read when a value does not fit, and the bounds.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import type { Json } from "../value/json.ts";
import { compileSchema, compileSchemas } from "./compile-schema.ts";
import { newSchemaSet } from "./schema/schema-set.ts";

const suite = join(import.meta.dirname, "../../testdata/json-schema-test-suite");

interface Group {
  readonly description: string;
  readonly schema: Json;
  readonly tests: readonly { readonly description: string; readonly data: Json; readonly valid: boolean }[];
}

/** Vocabularies that a metaschema switches off are not supported: a schema here is plain 2020-12. */
const unsupported = ["schema that uses custom metaschema with with no validation vocabulary"];

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .map((file) => join(folder, file));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

test("the required tests of the JSON Schema Test Suite, draft 2020-12", (context) => {
  const metaschemas = (
    read(join(suite, "metaschema/draft2020-12.json")) as readonly { readonly $id: string }[]
  ).map((schema) => [schema.$id, schema as Json] as const);
  const folder = join(suite, "remotes");
  const remotes = filesIn(folder).map(
    (file) => [`http://localhost:1234/${relative(folder, file)}`, read(file) as Json] as const,
  );
  const failed: string[] = [];
  let passed = 0;
  for (const file of filesIn(join(suite, "tests"))) {
    for (const group of read(file) as readonly Group[]) {
      const set = newSchemaSet("ignore");
      compileSchemas([...metaschemas, ...remotes], set);
      const compiled = compileSchema(null, group.schema, set);
      for (const each of group.tests) {
        const fits = compiled.ok ? compiled.schema.judge(each.data).length === 0 : null;
        if (fits === each.valid) passed += 1;
        else if (!unsupported.includes(group.description))
          failed.push(`${relative(suite, file)}: ${group.description}: ${each.description}`);
      }
    }
  }
  context.diagnostic(`${passed} passed, ${failed.length} failed, ${unsupported.length} group not supported`);
  assert.deepEqual(failed, []);
  assert.ok(passed >= 1_175);
});

function judge(schema: Json, value: Json): readonly string[] {
  const compiled = compileSchema(null, schema);
  assert.ok(compiled.ok, compiled.ok ? "" : JSON.stringify(compiled.defects));
  return compiled.schema
    .judge(value)
    .map(({ pointer, keyword, message }) => `${pointer} ${keyword}: ${message}`);
}

test("what people read", () => {
  const schema: Json = {
    type: "object",
    required: ["id", "amount"],
    properties: {
      id: { type: "string", pattern: "^o-" },
      amount: { type: ["number", "null"], minimum: 1, multipleOf: 0.01 },
      items: {
        type: "array",
        minItems: 1,
        uniqueItems: true,
        items: { type: "object", properties: { n: { type: "integer" } }, additionalProperties: false },
      },
      mode: { enum: ["a", "b"] },
      "a/b~": { const: 1 },
    },
    dependentRequired: { items: ["mode"] },
  };
  assert.deepEqual(judge(schema, { id: "o-1", amount: 0.3 }).length, 1);
  assert.deepEqual(judge(schema, { id: "o-1", amount: 1.3 }), []);
  assert.deepEqual(judge(schema, 5), [" type: an object is expected, and this is a number"]);
  assert.deepEqual(judge(schema, { id: 5, amount: "x", items: [], mode: "c", "a/b~": 2 }), [
    "/id type: a text is expected, and this is a number",
    "/amount type: a number or null is expected, and this is a text",
    "/items minItems: at least 1 items are expected, and there are 0",
    '/mode enum: one of 2 values is expected: "a", "b"',
    "/a~1b~0 const: 1 is expected",
  ]);
  assert.deepEqual(judge(schema, { id: "x", items: [{ n: 1.5, x: 1 }, { n: 1 }, { n: 1 }] }), [
    " required: the member `amount` is missing",
    "/id pattern: a text that fits the pattern ^o- is expected",
    "/items uniqueItems: every item must be another, and items 1 and 2 are equal",
    "/items/0/n type: a whole number is expected, and this is a number",
    "/items/0/x additionalProperties: a member of the name `x` is not allowed",
    " dependentRequired: the member `mode` is missing, which `items` needs",
  ]);
  const forms: Json = { anyOf: [{ type: "string" }, { type: "object", required: ["a"] }, { type: "null" }] };
  assert.deepEqual(judge(forms, { b: 1 }), [
    " anyOf: none of 3 forms fits; the nearest: the member `a` is missing",
  ]);
  assert.deepEqual(judge({ oneOf: [{ type: "number" }, { minimum: 1 }] }, 5), [
    " oneOf: exactly one of 2 forms must fit, and 2 do",
  ]);
  assert.deepEqual(judge(false, 1), [" false: nothing is allowed here"]);
  assert.equal(
    judge(
      { items: { type: "string" } },
      Array.from({ length: 100 }, () => 1),
    ).length,
    20,
  );
});

test("big integers are exact", () => {
  const big = 12345678901234567890n;
  assert.deepEqual(
    judge({ type: "integer", minimum: big, maximum: big, const: big, enum: [big], multipleOf: 10 }, big),
    [],
  );
  assert.equal(judge({ const: big }, big + 1n).length, 1);
  assert.equal(judge({ exclusiveMaximum: big }, big).length, 1);
  assert.equal(judge({ multipleOf: 3 }, big + 1n).length, 1);
  assert.equal(judge({ uniqueItems: true }, [big, big + 1n, big]).length, 1);
  assert.deepEqual(judge({ multipleOf: 0.1 }, 0.3), []);
  assert.deepEqual(judge({ multipleOf: 1e-8 }, 12391239123), []);
});

test("schemas refer to each other by name, in circles too, and to nothing else", () => {
  const set = newSchemaSet("refuse");
  const tree: Json = {
    type: "object",
    properties: { left: { $ref: "tree" }, leaf: { $ref: "leaf#/$defs/value" } },
    additionalProperties: false,
  };
  const results = compileSchemas(
    [
      ["tree", tree],
      ["leaf", { $defs: { value: { type: "integer" } } }],
    ],
    set,
  );
  const [compiled] = results;
  assert.ok(compiled?.ok);
  assert.deepEqual(compiled.schema.judge({ left: { left: { leaf: 1 } } }), []);
  assert.deepEqual(
    compiled.schema.judge({ left: { left: { leaf: "x" } } }).map(({ pointer }) => pointer),
    ["/left/left/leaf"],
  );
  const inPlace = compileSchema(null, { items: { $ref: "tree" } }, set);
  assert.equal(inPlace.ok && inPlace.schema.judge([{ x: 1 }]).length, 1);
  const nowhere = compileSchema(null, { properties: { a: { $ref: "https://b.example/x" } } }, set);
  assert.deepEqual(nowhere.ok ? [] : nowhere.defects.map(({ code, path }) => [code, ...path]), [
    ["unsupported_schema", "properties", "a", "$ref"],
  ]);
});

test("the work is bounded", () => {
  const steps = (schema: Json, value: Json) => {
    const began = performance.now();
    const found = judge(schema, value).map((line) => line.split(":")[0]);
    assert.ok(performance.now() - began < 3_000, `${Math.round(performance.now() - began)} ms`);
    return found;
  };
  const list = Array.from({ length: 300_000 }, (_, index) => index);
  assert.deepEqual(steps({ items: { allOf: Array(20).fill({ type: "integer" }) } }, list), [" steps"]);
  assert.deepEqual(steps({ $ref: "#" }, 1), [" steps"]);
  assert.deepEqual(steps({ not: { $ref: "#" } }, 1), [" steps"]);
  assert.deepEqual(steps({ anyOf: [{ $ref: "#" }, true] }, 1), [" steps"]);
  let blowUp: Json = { type: "integer" };
  for (let depth = 0; depth < 40; depth++) blowUp = { allOf: [blowUp, blowUp] };
  assert.deepEqual(steps(blowUp, 1), [" steps"]);
  assert.deepEqual(steps({ pattern: "^(a+)+$" }, `${"a".repeat(100_000)}b`), [" pattern"]);
  assert.deepEqual(steps({ pattern: "^\\p{L}{1000}$" }, "b".repeat(500_000)), [" steps"]);
  let deep: Json = [];
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  assert.deepEqual(steps({ items: { $ref: "#" } }, deep), [" steps"]);
});

test("a large body is judged to its end by a schema that looks at each value a few times", () => {
  const row = {
    type: "object",
    required: ["id", "name"],
    properties: { id: { type: "integer" }, name: { type: "string" }, tags: { items: { type: "string" } } },
    additionalProperties: false,
  };
  const rows = Array.from({ length: 100_000 }, (_, id) => ({ id, name: `name ${id}`, tags: ["a", "b"] }));
  assert.deepEqual(judge({ items: row, uniqueItems: true }, rows), []);
  const [problem] = judge({ items: row }, [...rows.slice(0, 99_999), { id: "x" }]);
  assert.match(problem ?? "", /^\/99999/);
  assert.deepEqual(judge({ items: { type: "integer" } }, Array(2_000_000).fill(7)), []);
});

test("what is no schema says where and why", () => {
  const defects = (schema: Json) => {
    const compiled = compileSchema("s", schema);
    return compiled.ok ? [] : compiled.defects.map(({ path, fix }) => [path.join("/"), fix]);
  };
  assert.deepEqual(defects({ type: "strin" }), [["type", null]]);
  assert.deepEqual(defects({ proprties: {}, "x-any": 1 }), [["proprties", "did you mean `properties`?"]]);
  assert.deepEqual(defects({ properties: { a: { minLength: "1" } } }), [["properties/a/minLength", null]]);
  assert.deepEqual(
    defects({ allOf: [{ $defs: { a: { pattern: "(" } } }] }).map(([path]) => path),
    ["allOf/0/$defs/a/pattern"],
  );
  assert.deepEqual(defects({ dependencies: {} }), [
    ["dependencies", "write `dependentRequired` or `dependentSchemas`"],
  ]);
  assert.deepEqual(defects({ pattern: "(?<=a)b" }).length, 1);
  for (const pattern of [
    "(a{1000}){1000}",
    "a{1000}".repeat(3),
    `(${"ab".repeat(100)}){50}`,
    "[a-z]".repeat(2_001),
    "((a{20}b){20}){20}",
  ]) {
    assert.equal(defects({ pattern }).length, 1, pattern.slice(0, 20));
  }
  assert.deepEqual(defects({ pattern: "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?(\\.[\\]{}]{1,63}){0,8}$" }), []);
  assert.deepEqual(
    defects({ $schema: "https://json-schema.org/draft/2020-12/schema", pattern: "^\\p{Lu}\\d+[\\w-]$" }),
    [],
  );
});
