// A body in sealed chunks: moved, cut or put in another order, they do not open.

import type { BodyChunk } from "../ports/store.ts";
import type { DataKey, Place, Vault } from "../ports/vault.ts";
import type { RunId, TenantId } from "../value/id.ts";
import { DispatchedError } from "../value/problem.ts";
import type { StoredBody } from "../value/stored-body.ts";
import { hex } from "./hex.ts";
import type { EnginePorts } from "./ports.ts";

/** Whose bodies they are, and the key that seals them. */
export interface BodyOwner {
  readonly tenant: TenantId;
  readonly run: RunId;
  readonly key: DataKey;
}

/** Read at once. */
const chunksRead = 16;

export function sealChunks(
  vault: Vault,
  { tenant, run, key }: BodyOwner,
  id: number,
  content: Uint8Array,
  chunkBytes: number,
): readonly BodyChunk[] {
  const count = Math.max(1, Math.ceil(content.length / chunkBytes));
  return Array.from({ length: count }, (_, chunk) => {
    const from = chunk * chunkBytes;
    const plain = content.subarray(from, from + chunkBytes);
    const place = chunkPlace(tenant, run, { body: id, chunk, isLast: chunk === count - 1 });
    return { body: id, chunk, sealed: vault.seal(key, place, plain) };
  });
}

/** What each chunk is bound to, besides the tenant and its data key. */
export function chunkPlace(
  tenant: TenantId,
  run: RunId,
  { body, chunk, isLast }: { readonly body: number; readonly chunk: number; readonly isLast: boolean },
): Place {
  return { tenant, table: "body", column: isLast ? "last" : "chunk", row: `${run}/${body}`, version: chunk };
}

/**
 * The chunks of a body, opened. The last is given only when all of them are what the event says. Errors:
 * `sealed_data_damaged`, and those of the store.
 * @param renewed the run's key as it is now, when `used` does not open: null when it is no other. A run that has ended may
 *   get one while its bodies are read
 */
export async function* openChunks(
  { store, vault }: Pick<EnginePorts, "store" | "vault">,
  { tenant, run, key: first }: BodyOwner,
  { id, chunks, bytes, digest }: StoredBody,
  renewed: (used: DataKey) => Promise<DataKey | null>,
): AsyncGenerator<Uint8Array> {
  const hash = vault.hasher();
  let key = first;
  let length = 0;
  for (let next = 0; next < chunks; ) {
    const limit = Math.min(chunksRead, chunks - next);
    const rows = await store.readChunks(tenant, run, { body: id, chunk: next - 1 }, limit);
    if (rows.length === 0) throw damaged(run, id);
    for (const { body, chunk, sealed } of rows) {
      if (body !== id || chunk !== next) throw damaged(run, id);
      const isLast = next === chunks - 1;
      const plain = opened(vault, key, chunkPlace(tenant, run, { body, chunk, isLast }), sealed);
      if (plain === null) {
        const other = await renewed(key);
        if (other === null) throw damaged(run, id);
        key = other;
        break;
      }
      hash.add(plain);
      length += plain.length;
      if (length > bytes) throw damaged(run, id);
      next++;
      if (isLast && (length !== bytes || hex(hash.digest()) !== digest)) throw damaged(run, id);
      yield plain;
    }
  }
}

/** Null when it is not what this key sealed. */
function opened(vault: Vault, key: DataKey, place: Place, sealed: Uint8Array): Uint8Array | null {
  try {
    return vault.open(key, place, sealed);
  } catch (error) {
    if (error instanceof DispatchedError && error.code === "sealed_data_damaged") return null;
    throw error;
  }
}

function damaged(run: RunId, id: number): DispatchedError {
  return new DispatchedError("sealed_data_damaged", `body ${id} of ${run} is not as it was stored`);
}
