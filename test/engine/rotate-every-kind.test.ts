// One record of every kind with the real stores and the real vault: after a rotation everything is read, and the key of before
// opens nothing. A node that is locked, and knew the tenant, goes along.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { keyPlaceOf, sealedOfTrigger, sealedPlaceOf, wrappedKeyOf } from "../../src/engine/record-keys.ts";
import { type KeptRecord, keyKinds } from "../../src/ports/key-store.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Vault } from "../../src/ports/vault.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { RunId } from "../../src/value/id.ts";
import {
  allRecords,
  fillEveryKind,
  type Node,
  startNode,
  startOf,
  everyTenant as tenant,
  untilEnded,
} from "../process/every-kind.ts";
import { vaultOf, wrappingKeys } from "../process/filled-tenant.ts";

const stores: Readonly<Record<string, (folder: string) => Promise<Store>>> = {
  memory: async () => new MemoryStore({ exclusive: false }),
  SQLite: (folder) => SqliteStore.open(folder),
};

for (const [name, open] of Object.entries(stores)) {
  for (const deep of [false, true]) {
    test(`a rotation${deep ? " that goes deep" : ""} covers every kind of record in the ${name} store`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "dispatched-kinds-"));
      const store = await open(folder);
      const first = await startNode(store);
      try {
        await first.signIn(1);
        await fillEveryKind(first);
        await first.engine.stop();
        const before = await allRecords(store);
        assert.deepEqual(new Set(before.map(({ kind }) => kind)), new Set(keyKinds));
        const items = before.filter(({ kind }) => kind === "inbox");
        assert.deepEqual(new Set(items.map(({ origin }) => origin === null)), new Set([true, false]));
        assert.equal(opened(vaultAt(1), before), before.length);
        const sealedBefore = await sealedOf(store, before);
        await rotateAlone(store, deep);
        const after = await allRecords(store);
        assert.equal(after.length, before.length);
        assert.deepEqual([opened(vaultAt(1), after), opened(vaultAt(2), after)], [0, after.length]);
        const sealedAfter = await sealedOf(store, after);
        const kept = after.filter((_, at) => sealedAfter[at] === sealedBefore[at]).map(({ kind }) => kind);
        const active = deep ? ["run", "audit"] : keyKinds;
        assert.deepEqual(new Set(kept), new Set(active), "with other data keys where it goes deep");
        await readsAll(store);
      } finally {
        await first.engine.stop();
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
}

test("a locked node that knew the tenant seals to its present key, at the first try of whoever asks", async () => {
  const store = new MemoryStore({ exclusive: false });
  const here = await startNode(store);
  const away = [await startNode(store), await startNode(store), await startNode(store)] as const;
  try {
    await here.signIn(1);
    await fillEveryKind(here);
    for (const { engine } of away) await engine.tenants.admit(tenant);
    await here.signIn(1);
    await untilEnded(here.engine, 4);
    await here.rotate(false);
    const event = { id: "2", source: "shop", type: "order.paid", specversion: "1.0" as const };
    // Each hears of the rotation by what it is asked first.
    await away[0].engine.putEvents(tenant, [event]);
    await away[1].engine.acceptStart(tenant, startOf("child"));
    // By its grant: the run begins, and waits for its signal, while nobody is signed in there.
    const granted = await away[2].engine.startRun(tenant, startOf("waits"));
    assert.equal("run" in granted, true);
    const { row } = here;
    const { generation } = await row();
    assert.equal(generation, 2);
    await untilOver(here);
    const records = await allRecords(store);
    assert.equal(opened(vaultAt(2), records), records.length);
    await untilEnded(here.engine, 6);
  } finally {
    for (const { engine } of away) await engine.stop();
    await here.engine.stop();
  }
});

test("a node that is open by the key of before passes over nothing, and goes on once it has both", async () => {
  const store = new MemoryStore({ exclusive: false });
  const [here, there] = [await startNode(store), await startNode(store)];
  try {
    await here.signIn(1);
    await fillEveryKind(here);
    await here.signIn(1);
    await there.signIn(1);
    await here.rotate(false);
    here.ports.vault.lock(tenant);
    there.engine.rotations.goOn(tenant);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await there.engine.showRotation(tenant))?.endedAt, null);
    await there.signIn(2);
    await untilOver(there);
    const records = await allRecords(store);
    assert.deepEqual([opened(vaultAt(1), records), opened(vaultAt(2), records)], [0, records.length]);
  } finally {
    await there.engine.stop();
    await here.engine.stop();
  }
});

function vaultAt(generation: 1 | 2): Vault {
  const vault = vaultOf();
  const keys = { generation, sealKey: null, check: null };
  vault.unlock(tenant, keys, wrappingKeys[generation - 1] as Uint8Array);
  return vault;
}

/** How many of the records open there, with what their keys seal. */
function opened(vault: Vault, records: readonly KeptRecord[]): number {
  return records.filter((record) => {
    try {
      const key = vault.unwrapKey(keyPlaceOf(tenant, record), { key: wrappedKeyOf(record), live: null });
      const sealed = record.kind === "trigger" ? sealedOfTrigger(record.key) : record.whole?.sealed;
      if (sealed !== undefined && sealed.length > 0) vault.open(key, sealedPlaceOf(tenant, record), sealed);
      return true;
    } catch {
      return false;
    }
  }).length;
}

/** What the key of each seals: of a run its card, if it has one, and its batches. */
function sealedOf(store: Store, records: readonly KeptRecord[]): Promise<readonly string[]> {
  return Promise.all(
    records.map(async (record) => {
      const sealed = record.kind === "trigger" ? sealedOfTrigger(record.key) : record.whole?.sealed;
      const isRun = record.kind === "run" || record.kind === "child";
      const batches = isRun ? await store.readEvents(tenant, record.row as RunId, 0, 99) : [];
      return [sealed ?? [], ...batches.map((batch) => batch.sealed)]
        .map((bytes) => Buffer.from(bytes).toString("hex"))
        .join();
    }),
  );
}

/** On a node that does nothing else: what waits in the inbox waits on. */
async function rotateAlone(store: Store, deep: boolean): Promise<void> {
  const node = await startNode(store);
  await node.engine.stop();
  node.ports.vault.unlock(tenant, await node.row(), wrappingKeys[0]);
  node.engine.rotations.start();
  await node.rotate(deep);
  await untilOver(node);
  await node.engine.stop();
}

async function untilOver({ engine }: Node): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const rotation = await engine.rotations.show(tenant);
    if (rotation?.endedAt != null) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail("the rotation does not end");
}

async function readsAll(store: Store): Promise<void> {
  const node = await startNode(store);
  const { engine } = node;
  try {
    await node.signIn(2);
    // A parent and its child, the item, and the event.
    const runs = await untilEnded(engine, 4);
    for (const run of runs) await engine.getRun(tenant, run);
    assert.deepEqual(
      (await engine.hooks.list(tenant, null, 200)).rows.map(({ workflow }) => workflow),
      ["child"],
    );
    assert.deepEqual(
      (await engine.grants.list(tenant, null, 10)).rows.map(({ workflow }) => workflow),
      ["waits"],
    );
    assert.deepEqual(
      (await engine.listSecrets(tenant)).map(({ name }) => name),
      ["API_KEY"],
    );
    assert.equal((await engine.listWorkflows(tenant, null, 9)).rows.length, 4);
    assert.equal((await engine.verifyAudit(tenant, 0)).fault, null);
    const { entries } = await engine.listAudit(tenant, null, 50);
    assert.ok(entries.every(({ texts, opened: own }) => texts === null || own !== null));
    assert.ok(
      entries.some(({ action, opened: own }) => action === "hook.made" && own?.["workflow"] === "child"),
    );
  } finally {
    await engine.stop();
  }
}
