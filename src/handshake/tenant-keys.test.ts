// A tenant's keys: both suites derive the same, and every part of a derivation counts.

import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { test } from "node:test";
import type { TenantId } from "../value/id.ts";
import { nodeSuite } from "../vault/node-suite.ts";
import type { CryptoSuite } from "./crypto-suite.ts";
import { nobleSuite } from "./noble-suite.ts";
import { checkOf, type KeyOwner, sealKeyPairOf, wrapKeyOf, wrappingKeyOf } from "./tenant-keys.ts";

const owner: KeyOwner = { tenant: "ten_01jd0000000000000000000000" as TenantId, generation: 1 };
const secret = new Uint8Array(32).fill(3);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function keysOf(suite: CryptoSuite, from: Uint8Array, of: KeyOwner): readonly string[] {
  const wrappingKey = wrappingKeyOf(suite, from, of);
  const pair = sealKeyPairOf(suite, wrappingKey, of);
  const keys = [wrappingKey, checkOf(suite, wrappingKey), wrapKeyOf(suite, wrappingKey, of)];
  return [...keys, pair.bytes, pair.privateKey.publicKey].map(hex);
}

test("both suites derive the same keys, and no two are alike", () => {
  const keys = keysOf(nobleSuite, secret, owner);
  assert.deepEqual(keysOf(nodeSuite, secret, owner), keys);
  assert.equal(new Set(keys).size, keys.length);
});

test("tenant, generation and private key are in every key", () => {
  const changed = new Uint8Array(32).fill(3);
  changed[31] = 4;
  const others = [
    keysOf(nobleSuite, secret, { ...owner, generation: 2 }),
    keysOf(nobleSuite, secret, { ...owner, tenant: "ten_01jd0000000000000000000001" as TenantId }),
    keysOf(nobleSuite, changed, owner),
  ].flat();
  const all = [...keysOf(nobleSuite, secret, owner), ...others];
  assert.equal(new Set(all).size, all.length);
});

test("the private key counts as it was made, not as it is clamped", () => {
  const alike = secret.slice();
  alike[0] = (alike[0] ?? 0) ^ 1;
  assert.deepEqual(nobleSuite.privateKey(alike).publicKey, nobleSuite.privateKey(secret).publicKey);
  assert.notDeepEqual(wrappingKeyOf(nobleSuite, alike, owner), wrappingKeyOf(nobleSuite, secret, owner));
});

test("the encoding is the documented one", () => {
  const salt = Buffer.concat([
    Buffer.from([0, 0, 0, 30]),
    Buffer.from(owner.tenant),
    Buffer.from([0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]),
  ]);
  const derived = (from: Uint8Array, label: string) =>
    hex(new Uint8Array(hkdfSync("sha256", from, salt, `dispatched/v1/${label}`, 32)));
  const [wrappingKey, check, wrapKey] = keysOf(nobleSuite, secret, owner);
  assert.equal(wrappingKey, derived(secret, "wk"));
  const bytes = Buffer.from(wrappingKey ?? "", "hex");
  assert.equal(check, createHmac("sha256", bytes).update("check").digest("hex"));
  assert.equal(wrapKey, derived(bytes, "dek-wrap"));
});
