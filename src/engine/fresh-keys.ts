// Quiet records under fresh data keys: all that a record seals, sealed anew, so that whoever knew its key knows nothing.

import type { FreshRecord, KeptRecord, KeyChange } from "../ports/key-store.ts";
import type { BodyChunk, EventBatch } from "../ports/store.ts";
import type { DataKey } from "../ports/vault.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { chunkPlace } from "./body-chunks.ts";
import type { EnginePorts } from "./ports.ts";
import { keyPlaceOf, sealedOfTrigger, sealedPlaceOf, withWrappedKey, wrappedKeyOf } from "./record-keys.ts";
import { eventPlace } from "./run-log.ts";

type FreshPorts = Pick<EnginePorts, "store" | "vault">;

const batchesRead = 64;

/**
 * The record under a fresh data key; null for one that is not quiet, and keeps its own. Errors: `locked`,
 * `sealed_data_damaged`.
 * @param record listed whole
 * @param root of a child: the key of the run at the top
 */
export async function freshened(
  ports: FreshPorts,
  tenant: TenantId,
  record: KeptRecord,
  root: DataKey | null,
): Promise<KeyChange | null> {
  const { vault } = ports;
  const { whole, kind } = record;
  if (whole === null || !whole.quiet) return null;
  const place = keyPlaceOf(tenant, record);
  const old = vault.unwrapKey(place, { key: wrappedKeyOf(record), live: null });
  const { key, kept } = vault.createKey(place, { live: whole.live !== null, under: root });
  const there = sealedPlaceOf(tenant, record);
  const before = kind === "trigger" ? sealedOfTrigger(record.key) : whole.sealed;
  // Of an item that started nothing is left.
  const isEmpty = before.length === 0;
  const sealed = isEmpty ? before : vault.seal(key, there, vault.open(old, there, before));
  // A trigger's key and what it seals are one column.
  if (kind === "trigger") {
    return { record, key: withWrappedKey({ ...record, key: joined(record, sealed) }, kept.key), fresh: null };
  }
  const isRun = kind === "run" || kind === "child";
  const batches = isRun ? await freshBatches(ports, tenant, record.row as RunId, old, key) : [];
  const chunks = isRun ? await freshChunks(ports, tenant, record.row as RunId, old, key) : [];
  const bodies = chunks.length === 0 ? {} : { chunks };
  return { record, key: kept.key, fresh: { live: kept.live, sealed, batches, ...bodies } };
}

/** The column of a trigger with its old key and what the new one sealed. */
function joined(record: KeptRecord, sealed: Uint8Array): Uint8Array {
  const head = record.key.subarray(0, 2 + wrappedKeyOf(record).length);
  const bytes = new Uint8Array(head.length + sealed.length);
  bytes.set(head);
  bytes.set(sealed, head.length);
  return bytes;
}

async function freshBatches(
  { store, vault }: FreshPorts,
  tenant: TenantId,
  run: RunId,
  old: DataKey,
  key: DataKey,
): Promise<FreshRecord["batches"]> {
  const fresh: { readonly lastSeq: number; readonly sealed: Uint8Array }[] = [];
  for (let seq = 0; ; ) {
    const batches: readonly EventBatch[] = await store.readEvents(tenant, run, seq, batchesRead);
    for (const { firstSeq, lastSeq, sealed } of batches) {
      const place = eventPlace(tenant, run, firstSeq);
      fresh.push({ lastSeq, sealed: vault.seal(key, place, vault.open(old, place, sealed)) });
      seq = lastSeq;
    }
    if (batches.length < batchesRead) return fresh;
  }
}

/** Which chunk is the last of its body is known when the next one is another's, or none comes. */
async function freshChunks(
  { store, vault }: FreshPorts,
  tenant: TenantId,
  run: RunId,
  old: DataKey,
  key: DataKey,
): Promise<readonly BodyChunk[]> {
  const chunks: BodyChunk[] = [];
  for (;;) {
    const page = await store.readChunks(tenant, run, chunks.at(-1) ?? null, batchesRead);
    chunks.push(...page);
    if (page.length < batchesRead) break;
  }
  return chunks.map(({ body, chunk, sealed }, index) => {
    const place = chunkPlace(tenant, run, { body, chunk, isLast: chunks[index + 1]?.body !== body });
    return { body, chunk, sealed: vault.seal(key, place, vault.open(old, place, sealed)) };
  });
}

/** Bytes that a change brings: large ones are written alone. */
export function changeBytes({ key, fresh }: KeyChange): number {
  const parts = [...(fresh?.batches ?? []), ...(fresh?.chunks ?? [])];
  const batches = parts.reduce((sum, { sealed }) => sum + sealed.length, 0);
  return key.length + (fresh?.sealed.length ?? 0) + batches;
}
