// The data keys of tenants in the SQLite store.

import { setImmediate } from "node:timers/promises";
import type { KeptRecord, KeyChange, KeyStore, RotationRow, RotationStep } from "../../ports/key-store.ts";
import type { Page } from "../../ports/store.ts";
import type { TenantId } from "../../value/id.ts";
import type { KeyReads } from "./key-reads.ts";
import type { Writer } from "./writer.ts";

export class SqliteKeys implements KeyStore {
  readonly #writer: Writer;
  readonly #reads: () => KeyReads;

  constructor(writer: Writer, reads: () => KeyReads) {
    this.#writer = writer;
    this.#reads = reads;
  }

  async list(
    tenant: TenantId,
    cursor: string | null,
    limit: number,
    whole: boolean,
  ): Promise<Page<KeptRecord>> {
    return this.#reads().list(tenant, cursor, limit, whole);
  }

  async listSealed(tenant: TenantId, limit: number): Promise<readonly KeptRecord[]> {
    return this.#reads().sealed(tenant, limit);
  }

  async count(tenant: TenantId): Promise<number> {
    let count = 0;
    for (const piece of this.#reads().countPieces(tenant)) {
      count += piece;
      await setImmediate();
    }
    return count;
  }

  replace(
    tenant: TenantId,
    changes: readonly KeyChange[],
    step: RotationStep | null,
  ): Promise<number | null> {
    return this.#writer.ask({ op: "replaceKeys", tenant, changes, step });
  }

  async readRotation(tenant: TenantId): Promise<RotationRow | null> {
    return this.#reads().rotation(tenant);
  }
}
