// Sizes that we do not use are refused, and short tags above all.

import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import { nonceBytes, openAesGcm, sealAesGcm, tagBytes } from "./aes-gcm.ts";

const key = createSecretKey(new Uint8Array(32));
const nonce = new Uint8Array(nonceBytes);
const bound = new Uint8Array([1, 2, 3]);

function seal(plain: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(plain.length + tagBytes);
  sealAesGcm(key, nonce, bound, plain, sealed, 0);
  return sealed;
}

test("a cut tag does not open, of whatever length", () => {
  const sealed = seal(new Uint8Array(0));
  for (let size = 0; size < tagBytes; size++)
    assert.equal(openAesGcm(key, nonce, bound, sealed.subarray(0, size)), null);
  assert.deepEqual(openAesGcm(key, nonce, bound, sealed)?.length, 0);
});

test("keys and nonces of other sizes are refused", () => {
  for (const size of [16, 24]) {
    const short = createSecretKey(new Uint8Array(size));
    const refused = { name: "RangeError", code: "ERR_CRYPTO_INVALID_KEYLEN" };
    assert.throws(() => openAesGcm(short, nonce, bound, seal(bound)), refused);
    assert.throws(() => sealAesGcm(short, nonce, bound, bound, new Uint8Array(19), 0), refused);
  }
  for (const size of [0, 8, 11, 13, 16]) {
    assert.throws(() => openAesGcm(key, new Uint8Array(size), bound, seal(bound)), {
      name: "BrokenInvariant",
    });
  }
});
