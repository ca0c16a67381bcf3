// Fields of any text, also of what UTF-8 has no form for: no two give the same bytes.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FieldWriter } from "./field-writer.ts";

const writer = new FieldWriter();

function bytesOf(...fields: readonly string[]): string {
  writer.start();
  for (const field of fields) writer.text(field);
  return Buffer.from(writer.finish()).toString("hex");
}

test("texts that differ in half of a surrogate pair are different fields", () => {
  const texts = ["\ud83d", "\ud83e", "\udc00", "\ufffd", "\ud83d cut", "\ufffd cut", "", "\ud83d\ude00"];
  assert.equal(new Set(texts.map((text) => bytesOf(text))).size, texts.length);
});

test("no two lists of texts give the same bytes", () => {
  const unit = fc.oneof(fc.constantFrom("\ud83d", "\udc00", "\ufffd", "\u00ff"), fc.string({ maxLength: 1 }));
  const list = fc.array(fc.string({ unit, maxLength: 4 }), { maxLength: 3 });
  fc.assert(
    fc.property(list, list, (one, other) => {
      const same = one.length === other.length && one.every((text, index) => text === other[index]);
      assert.equal(bytesOf(...one) === bytesOf(...other), same);
    }),
  );
});
