// Two generations of a tenant's key: both at hand while a rotation is under way, the old one worth nothing afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Place, TenantKeys } from "../ports/vault.ts";
import type { TenantId } from "../value/id.ts";
import { EngineKeys } from "./engine-keys.ts";
import { EngineVault } from "./engine-vault.ts";

const tenant = "ten_1" as TenantId;
const place: Place = { tenant, table: "run", column: "key", row: "run_1", version: 0 };
const [oldKey, newKey] = [1, 2].map((fill) => new Uint8Array(32).fill(fill)) as [Uint8Array, Uint8Array];
const fresh: TenantKeys = { generation: 1, sealKey: null, check: null };

function newVault(): EngineVault {
  const secrets = { epoch: 0, chain: new Uint8Array(32).fill(1), integrity: new Uint8Array(32).fill(2) };
  return new EngineVault(new EngineKeys(secrets, () => {}));
}

/** A vault whose tenant's key is being rotated, with two keys of the old generation: one made while it was locked. */
function rotating() {
  const [vault, absent] = [newVault(), newVault()];
  const first = vault.unlock(tenant, fresh, oldKey);
  absent.admit(tenant, first);
  const kept = vault.createKey(place).kept;
  const sealed = absent.createKey(place).kept;
  const { keys, marks } = vault.succeed(tenant, newKey, null);
  return { vault, first, kept, sealed, keys, marks };
}

test("until the next unlock a succession changes nothing", () => {
  const { vault, kept } = rotating();
  assert.equal(vault.rewrap(place, kept.key), null);
  vault.unwrapKey(place, kept);
});

test("both generations open, new keys are of the new one, and old ones can be wrapped for it", () => {
  const { vault, kept, sealed, keys, marks } = rotating();
  vault.unlock(tenant, keys, newKey);
  const [signedIn, away] = marks as [Uint8Array, Uint8Array];
  for (const { key } of [kept, sealed]) {
    const { id } = vault.unwrapKey(place, { key, live: null });
    const again = vault.rewrap(place, key) as Uint8Array;
    assert.deepEqual(new Uint8Array(again.subarray(0, 9)), signedIn);
    assert.equal(vault.unwrapKey(place, { key: again, live: null }).id, id);
    assert.equal(vault.rewrap(place, again), null);
  }
  const made = vault.createKey(place).kept.key;
  assert.deepEqual(new Uint8Array(made.subarray(0, 9)), signedIn);
  const absent = newVault();
  absent.admit(tenant, keys);
  assert.deepEqual(new Uint8Array(absent.createKey(place).kept.key.subarray(0, 9)), away);
});

test("another node opens both generations by the new key alone, and only while the rotation is under way", () => {
  const { kept, keys } = rotating();
  const other = newVault();
  other.unlock(tenant, keys, newKey);
  other.unwrapKey(place, kept);
  assert.deepEqual([other.opensBoth(tenant, 2), other.opensBoth(tenant, 1)], [true, false]);
  other.forgetPrevious(tenant, 1);
  assert.ok(other.opensBoth(tenant, 2), "another rotation's end");
  other.forgetPrevious(tenant, 2);
  assert.equal(other.opensBoth(tenant, 2), false);
  assert.throws(() => other.unwrapKey(place, kept), { code: "locked" });
  const { previous: _over, ...after } = keys;
  const late = newVault();
  late.unlock(tenant, after, newKey);
  assert.throws(() => late.unwrapKey(place, kept), { code: "locked" });
});

test("a key that is at hand is wrapped again when the generation that it was wrapped for is forgotten", () => {
  const { vault, keys, marks } = rotating();
  const root = vault.createKey(place);
  const childPlace = { ...place, row: "run_2" };
  const child = vault.createKey(childPlace, { under: root.key });
  vault.unlock(tenant, keys, newKey);
  vault.forgetPrevious(tenant, 2);
  const absent = newVault();
  absent.admit(tenant, keys);
  assert.throws(() => vault.rewrap(place, root.kept.key), { code: "locked" });
  for (const [index, at] of [vault, absent].entries()) {
    const again = at.wrapForTenant(place, root.key, root.kept.key);
    assert.deepEqual(new Uint8Array(again.subarray(0, 9)), marks[index]);
    assert.equal(vault.unwrapKey(place, { key: again, live: null }).id, root.key.id);
    const below = { key: at.wrapForTenant(childPlace, child.key, child.kept.key), live: null };
    assert.equal(vault.unwrapKey(childPlace, below).id, child.key.id);
    assert.equal(absent.unwrapKey(childPlace, below, root.key).id, child.key.id);
    assert.throws(() => at.wrapForTenant(place, root.key, child.kept.key), { code: "sealed_data_damaged" });
  }
});

test("what was wrapped anew does not open by the old key, whatever a thief makes of it", () => {
  const { vault, kept, sealed, keys } = rotating();
  vault.unlock(tenant, keys, newKey);
  for (const { key } of [kept, sealed]) {
    const again = vault.rewrap(place, key) as Uint8Array;
    for (const generation of [1, 2]) {
      const thief = newVault();
      thief.unlock(tenant, { ...fresh, generation }, oldKey);
      assert.throws(() => thief.unwrapKey(place, { key: again, live: null }), { code: "locked" });
    }
  }
});

test("the old wrapping key opens by the new one only, with nothing altered", () => {
  const { keys } = rotating();
  const { previous } = keys;
  const refused = { code: /wrong_key|sealed_data_damaged/ };
  const without = { ...keys, check: null };
  assert.throws(() => newVault().unlock(tenant, without, oldKey), refused);
  assert.throws(() => newVault().unlock("ten_2" as TenantId, keys, newKey), refused);
  for (let at = 0; at < previous.sealed.length; at++) {
    const sealed = previous.sealed.slice();
    sealed[at] = (sealed[at] as number) ^ 1;
    assert.throws(() => newVault().unlock(tenant, { ...keys, previous: { generation: 1, sealed } }, newKey), {
      code: "sealed_data_damaged",
    });
  }
  const cut = { generation: 1, sealed: previous.sealed.subarray(1) };
  assert.throws(() => newVault().unlock(tenant, { ...keys, previous: cut }, newKey), refused);
  const moved = { ...previous, generation: 7 };
  assert.throws(() => newVault().unlock(tenant, { ...keys, previous: moved }, newKey), refused);
});

test("a row that was read before the rotation does not put the old key back", () => {
  const { vault, first, keys } = rotating();
  vault.unlock(tenant, keys, newKey);
  assert.throws(() => vault.unlock(tenant, first, oldKey), { code: "wrong_key" });
  vault.lock(tenant);
  vault.admit(tenant, first);
  assert.throws(() => vault.unlock(tenant, first, oldKey), { code: "wrong_key" });
  vault.unlock(tenant, keys, newKey);
});

test("a child's key is wrapped under another root when the root has got another key", () => {
  const vault = newVault();
  vault.unlock(tenant, fresh, oldKey);
  const root = vault.createKey(place).key;
  const child = { ...place, row: "run_2" };
  const { key, kept } = vault.createKey(child, { under: root });
  assert.equal(vault.rewrap(child, kept.key, root), null);
  const next = vault.createKey(place).key;
  const again = vault.rewrap(child, kept.key, next) as Uint8Array;
  vault.lock(tenant);
  assert.equal(vault.unwrapKey(child, { key: again, live: null }, next).id, key.id);
  assert.throws(() => vault.unwrapKey(child, { key: again, live: null }, root), { code: "locked" });
});

test("keys of a tenant who is not signed in, and damaged ones, are not wrapped anew", () => {
  const { vault, kept, keys } = rotating();
  vault.unlock(tenant, keys, newKey);
  assert.throws(() => vault.rewrap({ ...place, row: "run_3" }, kept.key), { code: "sealed_data_damaged" });
  assert.throws(() => vault.rewrap(place, kept.key.subarray(1)), { code: "sealed_data_damaged" });
  vault.lock(tenant);
  assert.throws(() => vault.rewrap(place, kept.key), { code: "locked" });
});
