// A fresh chain: nothing of the old one leads to it, its numbers go on, and it is refused while the old one is needed.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EngineKeys } from "./engine-keys.ts";
import { reseedEngineKey } from "./reseed-engine-key.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dispatched-keys-"));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const optionsOf = (folder: string) => ({
  keysFolder: join(folder, "keys"),
  dataFolder: join(folder, "data"),
});

test("a fresh chain goes on with the numbers of file and data, and keeps lookups", () =>
  inFolder(async (folder) => {
    const options = optionsOf(folder);
    const old = EngineKeys.open({ ...options, create: true });
    old.advanceTo(9);
    old.ratchetTo(3);
    assert.equal(await reseedEngineKey(options, async () => ({ needs: null, epoch: 8 })), 9);
    const fresh = EngineKeys.open({ ...options, create: false });
    assert.equal(fresh.oldest, 9);
    assert.notDeepEqual(fresh.id(9), old.id(9));
    assert.deepEqual(fresh.check, old.check);
    assert.deepEqual(fresh.lookupKey.export(), old.lookupKey.export());
    assert.equal(await reseedEngineKey(options, async () => ({ needs: null, epoch: -1 })), 10);
    assert.deepEqual(readdirSync(join(folder, "keys")), ["engine.key"]);
    // A node that still has the old chain in memory cannot put it back.
    assert.throws(() => old.ratchetTo(9), { code: "invalid_configuration", message: /was changed/ });
  }));

test("it is refused while the data need the old chain, or when there is none", () =>
  inFolder(async (folder) => {
    const options = optionsOf(folder);
    const look = async () => ({ needs: "2 active runs", epoch: 0 });
    await assert.rejects(reseedEngineKey(options, look), { code: "invalid_configuration" });
    const old = EngineKeys.open({ ...options, create: true });
    await assert.rejects(reseedEngineKey(options, look), { code: "keys_in_use", message: /2 active runs/ });
    assert.deepEqual(EngineKeys.open({ ...options, create: false }).id(0), old.id(0));
  }));
