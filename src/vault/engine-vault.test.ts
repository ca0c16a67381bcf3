// The engine's vault keeps the contract, and its format is the documented one.

import assert from "node:assert/strict";
import { createDecipheriv, createHash, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import type { Place } from "../ports/vault.ts";
import { vaultContract } from "../ports/vault-contract.ts";
import type { TenantId } from "../value/id.ts";
import { deriveEngineKey, type EngineSecrets, requireKeyOfData } from "./engine-key.ts";
import { EngineKeys } from "./engine-keys.ts";
import { EngineVault, sealingBytes } from "./engine-vault.ts";

const place: Place = {
  tenant: "ten_1" as TenantId,
  table: "event",
  column: "body",
  row: "run_1",
  version: 1,
};
const secrets: EngineSecrets = {
  epoch: 0,
  chain: new Uint8Array(32).fill(1),
  integrity: new Uint8Array(32).fill(2),
};
const other: EngineSecrets = {
  epoch: 0,
  chain: new Uint8Array(32).fill(3),
  integrity: new Uint8Array(32).fill(4),
};

/** Keys of their own: what is given up is overwritten. */
function keysOf({ epoch, chain, integrity }: EngineSecrets): EngineKeys {
  return new EngineKeys({ epoch, chain: chain.slice(), integrity }, () => {});
}

function vaultOf(from: EngineSecrets): EngineVault {
  return new EngineVault(keysOf(from));
}

/** With the tenant signed in. */
function openVaultOf(from: EngineSecrets): EngineVault {
  const vault = vaultOf(from);
  vault.unlock(place.tenant, { generation: 1, sealKey: null, check: null }, new Uint8Array(32).fill(9));
  return vault;
}

for (const { name, run } of vaultContract) {
  test(`the engine's vault ${name}`, () => {
    run({ vault: vaultOf(secrets), restarted: vaultOf(secrets), stranger: vaultOf(other) });
  });
}

test("any value comes back at its place", () => {
  const vault = openVaultOf(secrets);
  const { key } = vault.createKey(place);
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 5000 }),
      text,
      text,
      fc.maxSafeNat(),
      (plain, row, column, version) => {
        const there = { ...place, row, column, version };
        const sealed = vault.seal(key, there, plain);
        assert.equal(sealed.length, plain.length + sealingBytes);
        assert.deepEqual(new Uint8Array(vault.open(key, there, sealed)), plain);
      },
    ),
  );
});

test("two different places never open each other's values", () => {
  const vault = openVaultOf(secrets);
  const { key } = vault.createKey(place);
  const places = fc.record({
    tenant: fc.constantFrom("a", "ab", "") as fc.Arbitrary<TenantId>,
    table: fc.constantFrom("run", "event") as fc.Arbitrary<Place["table"]>,
    column: fc.constantFrom("", "b", "ba"),
    row: fc.constantFrom("", "a", "b", "ab"),
    version: fc.constantFrom(0, 1, 256, 2 ** 32, 2 ** 53 - 1),
  });
  fc.assert(
    fc.property(places, places, (here, there) => {
      const sealed = vault.seal(key, here, new Uint8Array([1]));
      const same = JSON.stringify(here) === JSON.stringify(there);
      if (same) assert.deepEqual([...vault.open(key, there, sealed)], [1]);
      else assert.throws(() => vault.open(key, there, sealed), { code: "sealed_data_damaged" });
    }),
  );
});

test("no nonce comes twice in 100,000 seals", () => {
  const vault = openVaultOf(secrets);
  const { key } = vault.createKey(place);
  const nonces = new Set<string>();
  for (let count = 0; count < 100_000; count++) {
    const sealed = vault.seal(key, place, new Uint8Array(0));
    nonces.add(Buffer.from(sealed.subarray(9, 21)).toString("latin1"));
  }
  assert.equal(nonces.size, 100_000);
});

test("a number that a place cannot have is refused", () => {
  const vault = openVaultOf(secrets);
  assert.throws(() => vault.createKey({ ...place, version: 1.5 }), { name: "BrokenInvariant" });
  assert.throws(() => vault.createKey({ ...place, version: -1 }), { name: "BrokenInvariant" });
});

test("the memory around a sealed value holds nothing in the clear", () => {
  const vault = openVaultOf(secrets);
  const { key } = vault.createKey(place);
  const plain = Buffer.from("in the clear, in the clear");
  const sealed = [1, 2, 3].map(() => vault.seal(key, place, plain));
  for (const bytes of sealed) {
    vault.open(key, place, bytes);
    assert.equal(Buffer.from(bytes.buffer).includes("in the clear"), false);
    assert.ok(bytes.buffer.byteLength <= 8192);
  }
  assert.deepEqual(new Uint8Array(vault.open(key, place, sealed[0] as Uint8Array)), new Uint8Array(plain));
});

test("sealed values of the first day still open", () => {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
  const [forTenant, live] = [bytes(golden.key), bytes(golden.live)];
  const sealed = bytes(golden.sealed);
  const ways = [
    [openVaultOf(secrets), { key: forTenant, live: null }],
    [vaultOf(secrets), { key: forTenant, live }],
  ] as const;
  for (const [vault, kept] of ways) {
    const key = vault.unwrapKey(place, kept);
    assert.equal(Buffer.from(vault.open(key, place, sealed)).toString(), "hello");
    assert.equal(Buffer.from(vault.hash(place.tenant, "label", "a=b")).toString("hex"), golden.hash);
  }
  const next = vaultOf(secrets).rewrapLive(place, live) as Uint8Array;
  const key = vaultOf(secrets).unwrapKey(place, { key: forTenant, live: next });
  assert.equal(Buffer.from(vaultOf(secrets).open(key, place, sealed)).toString(), "hello");
});

// Written down when version 1 of the format was made; never to be edited.
const golden = {
  key: "02984d1d5b52e0ad6400010203040506073435363738393a3b3c3d3e3f7662a9bedc7b8f0b1394cf30dd89bb1e2ce806dd9f3a5058ceed0ceec041f5ce1db18631d8a3756ed95a88fd2b92cf87",
  live: "0136cef24985019468000102030405060728292a2b2c2d2e2f303132337214a3100db8ebcd181b3634d3504b43589ef2ea74dd879c11f9e6a8dbbceeb5a0cda545656134aa858806135323c294",
  sealed: "0100010203040506073435363738393a3b3c3d3e3f36be8134171b0a7811f4d4a401b32048fef7c575f0",
  hash: "1c837bd9b8c153cdb8af49f798f4642d",
};

test("the format can be read from its description alone", () => {
  const vault = openVaultOf(secrets);
  const { key, kept } = vault.createKey(place, { live: true });
  const sealed = vault.seal(key, place, Buffer.from("hello"));
  // Tenant and generation, each led by its length.
  const salt = Buffer.from(`\0\0\0\x05${place.tenant}\0\0\0\x08\0\0\0\0\0\0\0\x01`, "latin1");
  const info = Buffer.from("dispatched/v1/dek-wrap");
  const wrapKey = new Uint8Array(hkdfSync("sha256", new Uint8Array(32).fill(9), salt, info, 32));
  const dataKeys = [
    [vault.wrapLive(place, key), deriveEngineKey(secrets).wrapKey] as const,
    [kept.key, createSecretKey(wrapKey)] as const,
  ].map(([wrapped, wrapping]) => {
    const bound = boundByHand("dispatched/v1/key", wrapped.slice(1, 9), wrapped.slice(9, 17));
    return openByHand(wrapping, wrapped, 17, bound);
  });
  const [dataKey, again] = dataKeys as [Buffer, Buffer];
  assert.deepEqual(dataKey, again);
  const live = kept.live as Uint8Array;
  const engineKey = new Uint8Array(hkdfSync("sha256", secrets.chain, "engine", "dispatched/v1/ek", 32));
  const deriving = new Uint8Array(hkdfSync("sha256", engineKey, "engine", "dispatched/v1/dek-derive", 32));
  const given = boundByHand("dispatched/v1/derived", live.slice(1, 9), live.slice(9, 17));
  const hashed = createHash("sha512")
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(deriving)
    .update(live.slice(17, 49))
    .update(given)
    .digest();
  assert.deepEqual([live[0], live.length], [5, 65]);
  assert.deepEqual([hashed.subarray(0, 32), hashed.subarray(32, 48)], [dataKey, Buffer.from(live.slice(49))]);
  const bound = boundByHand("dispatched/v1/value", sealed.slice(1, 9), new Uint8Array(0));
  assert.equal(openByHand(createSecretKey(dataKey), sealed, 9, bound).toString(), "hello");
});

function openByHand(key: KeyObject, sealed: Uint8Array, at: number, bound: Uint8Array): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.slice(at, at + 12), { authTagLength: 16 });
  decipher.setAAD(bound).setAuthTag(sealed.slice(-16));
  return Buffer.concat([decipher.update(sealed.slice(at + 12, -16)), decipher.final()]);
}

function boundByHand(purpose: string, keyId: Uint8Array, sealedKeyId: Uint8Array): Uint8Array {
  const version = Buffer.from([0, 0, 0, 0, 0, 0, 0, place.version]);
  const texts = [purpose, place.tenant, place.table, place.column, place.row].map((text) =>
    Buffer.from(text),
  );
  const fields = [...texts, version, keyId, sealedKeyId];
  return Buffer.concat(fields.flatMap((field) => [Buffer.from([0, 0, 0, field.length]), field]));
}

test("a data key says nothing about itself", () => {
  const { key } = openVaultOf(secrets).createKey(place);
  assert.equal(JSON.stringify(key), JSON.stringify({ id: key.id }));
  assert.doesNotMatch(inspect(key), /secret|idBytes/i);
});

test("errors do not carry the row", () => {
  const vault = openVaultOf(secrets);
  const there = { ...place, row: "canary-row" };
  const { kept } = vault.createKey(place);
  assert.throws(
    () => vault.unwrapKey(there, kept),
    (error: Error) => !`${error.message}${error.stack}`.includes("canary-row"),
  );
});

test("data of another engine key are told at start", () => {
  const key = deriveEngineKey(secrets);
  requireKeyOfData(key, deriveEngineKey(secrets).check);
  for (const stored of [deriveEngineKey(other).check, new Uint8Array(0), new Uint8Array(16)]) {
    assert.throws(() => requireKeyOfData(key, stored), { code: "locked" });
  }
});
