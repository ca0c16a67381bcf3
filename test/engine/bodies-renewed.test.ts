// Bodies of a run that got a fresh data key while they are read: they are read by the new one, once the tenant is open.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sealChunks } from "../../src/engine/body-chunks.ts";
import { hex } from "../../src/engine/hex.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import { RunBodies } from "../../src/engine/run-bodies.ts";
import type { RunRow } from "../../src/ports/store.ts";
import { newRunId, newTenantId } from "../../src/value/id.ts";
import type { StoredBody } from "../../src/value/stored-body.ts";
import { vaultOf } from "../process/filled-tenant.ts";

const tenant = newTenantId(1, new Uint8Array(10).fill(1));
const run = newRunId(1, new Uint8Array(10).fill(2));
const place = { tenant, table: "run", column: "key", row: run, version: 0 } as const;
const content = new TextEncoder().encode('"as it was"');

/** A run whose body and row are under a fresh key, and bodies that know the key of before. */
function freshened() {
  const vault = vaultOf();
  const unlock = () =>
    vault.unlock(tenant, { generation: 1, sealKey: null, check: null }, new Uint8Array(32).fill(9));
  unlock();
  const before = vault.createKey(place);
  const { key, kept } = vault.createKey(place);
  const chunks = sealChunks(vault, { tenant, run, key }, 7, content, 4);
  const body: StoredBody = {
    id: 7,
    kind: "json",
    bytes: content.length,
    chunks: chunks.length,
    size: content.length,
    digest: hex(vault.digest(content)),
  };
  const store: Pick<EnginePorts["store"], "readChunks" | "readRun"> = {
    readChunks: async (_tenant, _run, after, limit) =>
      chunks.filter(({ chunk }) => chunk > (after?.chunk ?? -1)).slice(0, limit),
    readRun: async () => ({ tenant, run, ...kept, key: kept.key }) as unknown as RunRow,
  };
  const ports = { store: store as EnginePorts["store"], vault };
  const bodies = new RunBodies(ports, { tenant, run, key: before.key });
  return { vault, unlock, body, bodies };
}

test("they are read by the key of now", async () => {
  const { bodies, body } = freshened();
  await bodies.load(body);
  assert.equal(bodies.atHand(body), "as it was");
});

test("while the tenant is locked this says so, and afterwards they are whole", async () => {
  const { vault, unlock, bodies, body } = freshened();
  vault.lock(tenant);
  for (let tries = 0; tries < 2; tries++) await assert.rejects(bodies.load(body), { code: "locked" });
  unlock();
  await bodies.load(body);
  assert.equal(bodies.atHand(body), "as it was");
});
