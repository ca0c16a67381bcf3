// Numbers of a form are those of JSON.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formFieldsOf } from "./form-fields.ts";
import { fieldName, readForm } from "./read-form.ts";

test("whole numbers stay exact, and what is no finite number stays text", () => {
  const fields = formFieldsOf({ type: "object", properties: { n: { type: "number" } } });
  const name = fieldName(fields[0] ?? assert.fail());
  const read = (text: string) => readForm(fields, new URLSearchParams({ [name]: text }).toString());
  assert.deepEqual(read("9007199254740993"), { n: 9007199254740993n });
  assert.deepEqual(read("+12"), { n: 12 });
  assert.deepEqual(read(" 1.5e3 "), { n: 1500 });
  assert.deepEqual(read("1e999"), { n: "1e999" });
  assert.deepEqual(read("twelve"), { n: "twelve" });
});
