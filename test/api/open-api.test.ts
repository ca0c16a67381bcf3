// The description of the API: the committed one is current, it is valid by an independent judge, and it tells every route.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { clientTypes } from "../../scripts/client-types.ts";
import { compileSchema } from "../../src/language/compile-schema.ts";
import { queryOf } from "../../src/server/describe-route.ts";
import { writeOpenApi } from "../../src/server/open-api/write-open-api.ts";
import { allRoutes } from "../../src/server/routes/all-routes.ts";
import type { TypedSchema } from "../../src/server/typed-schema.ts";
import { root } from "../tidy/source-files.ts";

const written = () => JSON.parse(JSON.stringify(writeOpenApi(allRoutes)));

test("the committed description is current", () => {
  const committed = JSON.parse(readFileSync(join(root, "docs/reference/openapi.json"), "utf8"));
  assert.deepEqual(written(), committed, "run `npm run open-api`");
});

test("the client's types are current, and nothing else is beside them", () => {
  const folder = join(root, "src/client/api");
  const made = clientTypes(written());
  assert.deepEqual(readdirSync(folder).sort(), [...made.keys()].sort(), "run `npm run open-api`");
  for (const [name, text] of made) {
    assert.equal(readFileSync(join(folder, name), "utf8"), text, `${name}: run \`npm run open-api\``);
  }
});

test("it is OpenAPI 3.1 to an independent validator, every reference included", async () => {
  const validator = new Validator();
  const document = written();
  const result = await validator.validate(document);
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
  assert.equal(validator.version, "3.1");
  for (const [, target = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = target.split("/").reduce((at, key) => at?.[key], document);
    assert.ok(found, target);
  }
});

test("the validator refuses a description with a parameter that the path lacks", async () => {
  const broken = written();
  broken.paths["/healthz"].get.responses = "none";
  assert.equal((await new Validator().validate(broken)).valid, false);
});

test("no two routes have one operationId, and each describes the names of its path", () => {
  const ids = allRoutes.map(({ id }) => id);
  assert.deepEqual([...new Set(ids)], ids);
  for (const { path, params = {} } of allRoutes) {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    assert.deepEqual(Object.keys(params).sort(), names.sort(), path);
  }
});

test("what starts a run is described as JSON and as a form", () => {
  for (const path of ["/workflows/{name}", "/hooks/{token}"]) {
    const { content } = written().paths[path].post.requestBody;
    assert.deepEqual(Object.keys(content), ["application/json", "application/x-www-form-urlencoded"], path);
  }
});

test("every schema by which requests are judged compiles", () => {
  for (const route of allRoutes) {
    const { body } = route;
    const ofBody =
      body === undefined ? [] : body.type === "json" ? [body.schema] : Object.values(body.content);
    for (const schema of [...Object.values(queryOf(route)), ...ofBody] as TypedSchema[]) {
      const compiled = compileSchema(null, schema.source);
      assert.ok(compiled.ok, `${route.id}: ${JSON.stringify(compiled)}`);
    }
  }
});
