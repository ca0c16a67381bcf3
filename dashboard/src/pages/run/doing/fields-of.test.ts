// Forms from schemas.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, fieldValue } from "./fields-of.ts";

test("members of an object become fields, each of its kind", () => {
  const fields = fieldsOf({
    type: "object",
    required: ["ok"],
    properties: {
      ok: { type: "boolean", description: "Ship it" },
      by: { type: "string" },
      count: { type: "integer", minimum: 1, maximum: 9 },
      size: { enum: ["s", "m"] },
      deep: { type: "object" },
    },
  });
  assert.deepEqual(
    fields?.map(({ name, type, required, about, choices, least, most }) => [
      name,
      type,
      required,
      about,
      choices,
      least,
      most,
    ]),
    [
      ["ok", "flag", true, "Ship it", [], null, null],
      ["by", "text", false, null, [], null, null],
      ["count", "number", false, null, [], 1, 9],
      ["size", "choice", false, null, ["s", "m"], null, null],
      ["deep", "json", false, null, [], null, null],
    ],
  );
  const [ok, by, count, size] = fields ?? [];
  assert.ok(ok !== undefined && by !== undefined && count !== undefined && size !== undefined);
  assert.deepEqual(
    [
      fieldValue(ok, "false"),
      fieldValue(by, "7"),
      fieldValue(count, "7"),
      fieldValue(size, '"m"'),
      fieldValue(by, ""),
    ],
    [false, "7", 7, "m", undefined],
  );
  assert.throws(() => fieldValue(count, "seven"), SyntaxError);
});

test("what describes no object has no fields", () => {
  for (const schema of [true, {}, { type: "string" }, { $ref: "#/x" }]) assert.equal(fieldsOf(schema), null);
});
