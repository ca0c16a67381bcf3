// The published schema: the committed one is current, and it says what a schema can say.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import type { Json } from "../value/json.ts";
import { compileSchema, compileSchemas } from "./compile-schema.ts";
import { parseWorkflow } from "./parse-workflow.ts";
import { newSchemaSet } from "./schema/schema-set.ts";
import type { Schema } from "./schema.ts";
import { workflowJsonSchema } from "./workflow-json-schema.ts";

const root = join(import.meta.dirname, "../..");
const documents = join(root, "testdata/documents");

function schema(): Schema {
  const compiled = compileSchema(null, workflowJsonSchema());
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.schema;
}

function documentsIn(folder: string, ending: string): readonly (readonly [name: string, text: string])[] {
  const files = readdirSync(join(documents, folder)).filter((file) => file.endsWith(ending));
  return files.map((file) => [file, readFileSync(join(documents, folder, file), "utf8")]);
}

/** What only the checks can see: how steps, names and expressions fit together, and what a text says. */
const checkedOnly = new Set([
  "after.yaml",
  "base-url.yaml",
  "base-url-query.yaml",
  "cycle.yaml",
  "expressions.yaml",
  "headers.yaml",
  "references.yaml",
  "requests.yaml",
  "schemas.yaml",
  "secrets.yaml",
  "windows-lines.yaml",
  "json-escapes.json",
  "yaml-keys.yaml",
  "yaml-numbers.yaml",
  "yaml-deep.yaml",
]);

test("docs/reference/workflow.schema.json is current: node scripts/write-language-schema.ts", () => {
  const committed = readFileSync(join(root, "docs/reference/workflow.schema.json"), "utf8");
  assert.deepEqual(JSON.parse(committed), workflowJsonSchema());
});

test("it is a valid schema by the metaschema of 2020-12", () => {
  const file = join(root, "testdata/json-schema-test-suite/metaschema/draft2020-12.json");
  const metaschemas = JSON.parse(readFileSync(file, "utf8")) as readonly { readonly $id: string }[];
  const set = newSchemaSet("ignore");
  const [compiled] = compileSchemas(
    metaschemas.map((each) => [each.$id, each as unknown as Json]),
    set,
  );
  assert.ok(compiled?.ok);
  assert.deepEqual(compiled.schema.judge(workflowJsonSchema()), []);
});

test("good documents fit it", () => {
  for (const [name, text] of [...documentsIn("good", ".yaml"), ...documentsIn("good", ".json")]) {
    assert.deepEqual(schema().judge(parse(text, { intAsBigInt: true }) as Json), [], name);
  }
});

test("broken documents that can be parsed do not, as far as a schema can say", () => {
  let refused = 0;
  for (const [name, text] of [...documentsIn("broken", ".yaml"), ...documentsIn("broken", ".json")]) {
    if (checkedOnly.has(name) || /^(yaml|json)-/.test(name)) continue;
    assert.notDeepEqual(schema().judge(parse(text) as Json), [], name);
    refused += 1;
  }
  assert.ok(refused >= 13, `${refused}`);
});

test("every field of the schema has a description, and the checker knows it", () => {
  const definitions = Object.entries(
    (workflowJsonSchema()["$defs"] ?? {}) as Readonly<
      Record<string, { readonly properties?: Readonly<Record<string, { readonly description?: string }>> }>
    >,
  );
  const described = definitions.flatMap(([name, { properties }]) =>
    Object.entries(properties ?? {}).map(([field, each]) => [name, field, each.description] as const),
  );
  for (const [name, field, description] of described) {
    if (name !== "expression") assert.ok(description?.endsWith("."), `${name}.${field}`);
  }
  assert.ok(described.length > 40);
});

test("what the schema refuses, the checks refuse", () => {
  const base = { name: "w", version: 1, triggers: [], steps: { a: { value: 1 } } };
  const wrong: readonly object[] = [
    { name: "W" },
    { name: "a".repeat(65) },
    { version: 0 },
    { version: 1.5 },
    { timeout: "1x" },
    { timeout: 5 },
    { steps: {} },
    { steps: { "1": { value: 1 } } },
    { steps: { a: {} } },
    { steps: { a: { value: 1, request: { method: "GET", url: "https://a.example" } } } },
    { steps: { a: { value: 1, retry: {} } } },
    { steps: { a: { request: { method: "GET" } } } },
    { steps: { a: { request: { method: "get", url: "https://a.example" } } } },
    { triggers: [{ type: "cron" }] },
    { steps: { a: { request: { method: "POST", url: "https://a.example", body: 1, text: "x" } } } },
    { extra: 1 },
    { labels: { "a b": 1 } },
    { triggers: {} },
    { steps: { a: { value: 1, after: ["b", "b"] }, b: { value: 1 } } },
    { schemas: { a: 1 } },
    { defaults: { retry: { max: -1 } } },
  ];
  assert.deepEqual(schema().judge(base), []);
  for (const change of wrong) {
    const document = { ...base, ...change };
    assert.notDeepEqual(schema().judge(document as Json), [], JSON.stringify(change));
    assert.equal(parseWorkflow(JSON.stringify(document), "json").ok, false, JSON.stringify(change));
  }
});
