// Fields come back from their bytes, and the bytes are those of the vault's associated data.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FieldWriter } from "../vault/field-writer.ts";
import { joinFields, numberOfField, splitFields } from "./join-fields.ts";

const text = fc.string({ unit: "grapheme" });
const field = fc.oneof(text, fc.maxSafeNat(), fc.uint8Array({ maxLength: 40 }));

test("the vault writes fields alike", () => {
  const writer = new FieldWriter();
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      writer.start();
      for (const one of fields) {
        if (typeof one === "string") writer.text(one);
        else if (typeof one === "number") writer.count(one);
        else writer.bytes(one);
      }
      assert.deepEqual(joinFields(...fields), new Uint8Array(writer.finish()));
    }),
  );
});

test("fields come back", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.maxSafeNat(), (fields, count) => {
      const split = splitFields(joinFields(...fields, count));
      assert.deepEqual(split?.slice(0, -1), fields);
      assert.equal(numberOfField(split?.at(-1) ?? new Uint8Array(0)), count);
    }),
  );
});

test("cut bytes are no fields, and other sizes no numbers", () => {
  const joined = joinFields("ab", 7);
  for (let size = 1; size < joined.length; size++) {
    const split = splitFields(joined.subarray(0, size));
    assert.equal(split === null, size !== 6, `${size} bytes`);
  }
  assert.equal(numberOfField(new Uint8Array(7)), null);
  assert.equal(numberOfField(new Uint8Array(8).fill(255)), null);
  assert.throws(() => joinFields("\ud800"), { name: "BrokenInvariant" });
  assert.throws(() => joinFields(-1), { name: "BrokenInvariant" });
});
