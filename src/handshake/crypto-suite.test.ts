// Both suites compute the same, and refuse the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodeSuite } from "../vault/node-suite.ts";
import { type CryptoSuite, nonceBytes, publicKeyOf, tagBytes } from "./crypto-suite.ts";
import { lowOrderPoints } from "./low-order-points.ts";
import { nobleSuite } from "./noble-suite.ts";

const suites: readonly (readonly [string, CryptoSuite])[] = [
  ["noble", nobleSuite],
  ["Node", nodeSuite],
];
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const anyBytes = fc.uint8Array({ maxLength: 300 });

/** What `compute` gives by each suite must be equal. */
function agree(compute: (suite: CryptoSuite) => unknown): void {
  assert.deepEqual(compute(nobleSuite), compute(nodeSuite));
}

test("hashes, codes and derived keys are the same", () => {
  fc.assert(
    fc.property(
      anyBytes,
      anyBytes,
      anyBytes,
      fc.integer({ min: 1, max: 600 }),
      (first, second, third, size) => {
        agree((suite) => suite.sha256(first));
        agree((suite) => suite.hmacSha256(first, second));
        agree((suite) => suite.hkdfSha256(first, second, third, size));
      },
    ),
  );
});

test("public keys and shared secrets are the same", () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), (secret, peer) => {
      agree((suite) => publicKeyOf(suite, secret));
      agree((suite) => suite.x25519(suite.privateKey(secret), peer));
    }),
    { numRuns: 30 },
  );
});

test("what one seals the other opens, and no byte of it can change", () => {
  fc.assert(
    fc.property(
      bytes(32),
      bytes(nonceBytes),
      anyBytes,
      anyBytes,
      fc.nat(),
      (key, nonce, bound, plain, at) => {
        agree((suite) => suite.seal(suite.cipherKey(key), nonce, bound, plain));
        for (const [, suite] of suites) {
          const cipherKey = suite.cipherKey(key);
          const sealed = suite.seal(cipherKey, nonce, bound, plain);
          assert.deepEqual(suite.open(cipherKey, nonce, bound, sealed), plain);
          const place = at % sealed.length;
          sealed[place] = (sealed[place] ?? 0) ^ 1;
          assert.equal(suite.open(cipherKey, nonce, bound, sealed), null);
        }
      },
    ),
  );
});

for (const [name, suite] of suites) {
  test(`${name} tells every point of low order`, () => {
    const own = suite.privateKey(new Uint8Array(32).fill(9));
    for (const point of lowOrderPoints) assert.equal(suite.x25519(own, point), null);
    assert.equal(suite.x25519(own, own.publicKey)?.length, 32);
  });

  test(`${name} opens no cut tag`, () => {
    const key = suite.cipherKey(new Uint8Array(32));
    const nonce = new Uint8Array(nonceBytes);
    for (const plain of [new Uint8Array(0), new Uint8Array(5)]) {
      const sealed = suite.seal(key, nonce, nonce, plain);
      for (let size = 0; size < sealed.length; size++)
        assert.equal(suite.open(key, nonce, nonce, sealed.subarray(0, size)), null);
    }
  });

  test(`${name} refuses other sizes, and keys of another suite`, () => {
    const nonce = new Uint8Array(nonceBytes);
    const key = suite.cipherKey(new Uint8Array(32));
    const own = suite.privateKey(new Uint8Array(32).fill(1));
    const other = suite === nobleSuite ? nodeSuite : nobleSuite;
    const broken = { name: "BrokenInvariant" };
    for (const size of [0, 16, 24, 31, 33, 64]) {
      assert.throws(() => suite.cipherKey(new Uint8Array(size)), broken);
      assert.throws(() => suite.privateKey(new Uint8Array(size)), broken);
      assert.throws(() => suite.x25519(own, new Uint8Array(size)), broken);
    }
    for (const size of [0, 8, 11, 13, 16]) {
      assert.throws(() => suite.seal(key, new Uint8Array(size), nonce, nonce), broken);
      assert.throws(() => suite.open(key, new Uint8Array(size), nonce, new Uint8Array(tagBytes)), broken);
    }
    assert.throws(() => suite.seal(other.cipherKey(new Uint8Array(32)), nonce, nonce, nonce), broken);
    assert.throws(() => suite.x25519(other.privateKey(nonce32()), own.publicKey), broken);
  });

  test(`${name} keeps its own copy of a key`, () => {
    const bytes = Buffer.from(nonce32());
    const own = suite.privateKey(bytes);
    const key = suite.cipherKey(bytes);
    const nonce = new Uint8Array(nonceBytes);
    const before = [suite.x25519(own, own.publicKey), suite.seal(key, nonce, nonce, nonce)];
    bytes.fill(0);
    assert.deepEqual([suite.x25519(own, own.publicKey), suite.seal(key, nonce, nonce, nonce)], before);
  });
}

function nonce32(): Uint8Array {
  return new Uint8Array(32).fill(5);
}
