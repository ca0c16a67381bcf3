// What we seal to a public key opens in @hpke/core, and the other way round, on both suites.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { DhkemX25519HkdfSha256 } from "@hpke/dhkem-x25519";
import { deriveKeyPair } from "../../src/handshake/hpke-key-pair.ts";
import { lowOrderPoints } from "../../src/handshake/low-order-points.ts";
import { openWith, sealTo, sealToBytes } from "../../src/handshake/seal-to.ts";
import { cryptoSuites } from "../conformance/crypto-suites.ts";

const theirs = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const randomness = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
const [info, bound] = [new TextEncoder().encode("info"), new TextEncoder().encode("bound")];
const plains = [0, 1, 32, 1000].map((size) => randomness.bytes(size));

for (const [name, suite] of cryptoSuites) {
  test(`${name} derives the same pair from a secret`, async () => {
    for (let round = 0; round < 5; round++) {
      const secret = randomness.bytes(32);
      const pair = await theirs.kem.deriveKeyPair(secret.slice().buffer);
      const publicKey = await theirs.kem.serializePublicKey(pair.publicKey);
      assert.deepEqual(deriveKeyPair(suite, secret).privateKey.publicKey, new Uint8Array(publicKey));
    }
  });

  test(`what ${name} seals opens there`, async () => {
    const pair = await theirs.kem.generateKeyPair();
    const publicKey = new Uint8Array(await theirs.kem.serializePublicKey(pair.publicKey));
    for (const plain of plains) {
      const sealed = sealTo(suite, randomness, publicKey, info, bound, plain);
      assert.equal(sealed?.length, plain.length + sealToBytes);
      const opened = await theirs.open(
        { recipientKey: pair.privateKey, enc: sealed.slice(0, 32), info },
        sealed.slice(32),
        bound,
      );
      assert.deepEqual(new Uint8Array(opened), plain);
    }
  });

  test(`what is sealed there opens by ${name}`, async () => {
    const own = suite.privateKey(randomness.bytes(32));
    const recipientPublicKey = await theirs.kem.deserializePublicKey(own.publicKey.slice().buffer);
    for (const plain of plains) {
      const { ct, enc } = await theirs.seal({ recipientPublicKey, info }, plain, bound);
      const sealed = Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]);
      const opened = openWith(suite, own, info, bound, sealed);
      assert.deepEqual(opened === null ? null : new Uint8Array(opened), plain);
    }
  });

  test(`${name} opens nothing altered, cut, or meant for another key, info or place`, () => {
    const own = suite.privateKey(randomness.bytes(32));
    const plain = Uint8Array.of(1, 2, 3);
    const sealed = sealTo(suite, randomness, own.publicKey, info, bound, plain);
    assert.ok(sealed !== null);
    for (let at = 0; at < sealed.length; at++) {
      const altered = sealed.slice();
      altered[at] = (altered[at] ?? 0) ^ 1;
      assert.equal(openWith(suite, own, info, bound, altered), null, `byte ${at}`);
      assert.equal(openWith(suite, own, info, bound, sealed.subarray(0, at)), null, `${at} bytes`);
    }
    assert.equal(openWith(suite, own, bound, bound, sealed), null);
    assert.equal(openWith(suite, own, info, info, sealed), null);
    assert.equal(openWith(suite, suite.privateKey(randomness.bytes(32)), info, bound, sealed), null);
    assert.deepEqual(Buffer.from(openWith(suite, own, info, bound, sealed) ?? []), Buffer.from(plain));
  });

  test(`${name} seals nothing to a point of low order, and opens nothing from one`, () => {
    const own = suite.privateKey(randomness.bytes(32));
    for (const point of lowOrderPoints) {
      assert.equal(sealTo(suite, randomness, point, info, bound, info), null);
      assert.equal(openWith(suite, own, info, bound, Buffer.concat([point, new Uint8Array(40)])), null);
    }
  });
}
