// A body in sealed chunks, changed by whoever can write the store: it does not open, and its last chunk is never given.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openChunks, sealChunks } from "../../src/engine/body-chunks.ts";
import { hex } from "../../src/engine/hex.ts";
import type { EnginePorts } from "../../src/engine/ports.ts";
import type { BodyChunk } from "../../src/ports/store.ts";
import { newRunId, newTenantId } from "../../src/value/id.ts";
import { vaultOf } from "../process/filled-tenant.ts";

const vault = vaultOf();
const tenant = newTenantId(1, new Uint8Array(10).fill(1));
const run = newRunId(1, new Uint8Array(10).fill(2));
vault.unlock(tenant, { generation: 1, sealKey: null, check: null }, new Uint8Array(32).fill(9));
const { key } = vault.createKey({ tenant, table: "run", column: "key", row: run, version: 0 });
const content = new TextEncoder().encode("0123456789".repeat(5));
const chunks = sealChunks(vault, { tenant, run, key }, 7, content, 10);
const body = {
  id: 7,
  kind: "text",
  bytes: content.length,
  chunks: chunks.length,
  size: 52,
  digest: hex(vault.digest(content)),
} as const;

/** What is given of the chunks that the store has. */
async function readOf(stored: readonly BodyChunk[], of = { tenant, run, key }, asked: typeof body = body) {
  const store: Pick<EnginePorts["store"], "readChunks"> = {
    readChunks: async (_tenant, _run, after, limit) =>
      stored.filter(({ chunk }) => chunk > (after?.chunk ?? -1)).slice(0, limit),
  };
  let given = "";
  try {
    const ports = { store: store as EnginePorts["store"], vault };
    for await (const chunk of openChunks(ports, of, asked, async () => null)) given += Buffer.from(chunk);
    return { given, code: null };
  } catch (error) {
    return { given, code: (error as { code: string }).code };
  }
}

test("as it was stored it is read", async () => {
  assert.deepEqual(await readOf(chunks), { given: "0123456789".repeat(5), code: null });
});

const at = (place: number) => chunks[place] as BodyChunk;
const other = sealChunks(vault, { tenant, run, key }, 8, content, 10).map((chunk) => ({ ...chunk, body: 7 }));
const shorter = sealChunks(vault, { tenant, run, key }, 7, content.subarray(0, 40), 10);
const replaced = sealChunks(vault, { tenant, run, key }, 7, content.slice().reverse(), 10);
const tampered: readonly (readonly [string, readonly BodyChunk[]])[] = [
  ["nothing is there", []],
  ["the end is cut off", chunks.slice(0, 4)],
  ["the beginning is cut off", chunks.slice(1)],
  ["two chunks are exchanged", [{ ...at(1), chunk: 0 }, { ...at(0), chunk: 1 }, ...chunks.slice(2)]],
  ["a chunk stands twice", [at(0), { ...at(0), chunk: 1 }, ...chunks.slice(2)]],
  ["it is another body's", other],
  ["its end is that of a shorter one", [...shorter.slice(0, 3), { ...(shorter[3] as BodyChunk), chunk: 4 }]],
  ["all of it is of another content under its number", replaced],
  [
    "a byte is changed",
    chunks.map((chunk) => ({ ...chunk, sealed: chunk.sealed.with(-1, 255 - (chunk.sealed.at(-1) ?? 0)) })),
  ],
];

for (const [what, stored] of tampered) {
  test(`refused: ${what}`, async () => {
    const { given, code } = await readOf(stored);
    assert.equal(code, "sealed_data_damaged");
    assert.ok(given.length < content.length, "the last chunk is not given");
  });
}

test("refused: it is another run's, or another tenant's", async () => {
  const otherRun = newRunId(1, new Uint8Array(10).fill(3));
  const otherTenant = newTenantId(1, new Uint8Array(10).fill(4));
  assert.equal((await readOf(chunks, { tenant, run: otherRun, key })).code, "sealed_data_damaged");
  assert.equal((await readOf(chunks, { tenant: otherTenant, run, key })).code, "sealed_data_damaged");
});

test("the run gets another key while its body is read: what is left is opened by that", async () => {
  const long = new TextEncoder().encode("0123456789".repeat(40));
  const { key: other } = vault.createKey({ tenant, table: "run", column: "key", row: run, version: 1 });
  const before = sealChunks(vault, { tenant, run, key }, 7, long, 10);
  const after = sealChunks(vault, { tenant, run, key: other }, 7, long, 10);
  const asked = { ...body, bytes: long.length, chunks: before.length, digest: hex(vault.digest(long)) };
  let stored = before;
  const store: Pick<EnginePorts["store"], "readChunks"> = {
    readChunks: async (_tenant, _run, at, limit) =>
      stored.filter(({ chunk }) => chunk > (at?.chunk ?? -1)).slice(0, limit),
  };
  const renewed: unknown[] = [];
  const read = openChunks(
    { store: store as EnginePorts["store"], vault },
    { tenant, run, key },
    asked,
    async (used) => {
      renewed.push(used);
      return other;
    },
  );
  let given = "";
  for await (const chunk of read) {
    given += Buffer.from(chunk);
    stored = after;
  }
  assert.equal(given, "0123456789".repeat(40));
  assert.deepEqual(renewed, [key]);
});
