// What a form and a query bring, however many names they have.

import assert from "node:assert/strict";
import { test } from "node:test";
import { triggerOf } from "./read-trigger.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

test("a name that comes again is a list; the whole query of a hook is the trigger's", () => {
  const request = { method: "POST", headers: form, query: new URLSearchParams("version=3&a=1&a=2&b=") };
  const { query, body } = triggerOf(request, "x=1&y=2&x=3&x=4");
  assert.deepEqual(query, { version: "3", a: ["1", "2"], b: "" });
  assert.deepEqual(body, { x: ["1", "3", "4"], y: "2" });
});

test("a form of very many names is read in one go", () => {
  const text = Array.from({ length: 150_000 }, (_, index) => `${index.toString(36)}=`).join("&");
  const { body } = triggerOf({ method: "POST", headers: form, query: new URLSearchParams() }, text);
  assert.equal(Object.keys(body as object).length, 150_000);
});

test("a name that objects have of themselves is refused", () => {
  const request = { method: "POST", headers: form, query: new URLSearchParams() };
  assert.throws(() => triggerOf(request, "a=1&__proto__=2"), { code: "unsafe_key" });
});
