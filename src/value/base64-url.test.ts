// Base64url comes back, agrees with Node's, and has one text for each value.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { base64Url, bytesOfBase64Url } from "./base64-url.ts";

test("bytes come back, and the text is Node's", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = base64Url(bytes);
      assert.equal(text, Buffer.from(bytes).toString("base64url"));
      assert.deepEqual(bytesOfBase64Url(text), bytes);
      assert.deepEqual(bytesOfBase64Url(Buffer.from(text)), bytes);
    }),
  );
});

test("other texts are refused", () => {
  for (const text of ["A", "AAAAA", "AA==", "AAA=", "AA A", "AA+A", "AA/A", "AB", "AAB", "A\nAA", "ÄAAA"])
    assert.equal(bytesOfBase64Url(text), null, text);
});

test("what is read is written the same", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.base64String({ maxLength: 12 }), (any, alike) => {
      for (const text of [any, alike]) {
        const bytes = bytesOfBase64Url(text);
        if (bytes !== null) assert.equal(base64Url(bytes), text);
      }
    }),
  );
});
