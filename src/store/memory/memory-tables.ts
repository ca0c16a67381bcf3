// The tables of the memory store: synchronous, deterministic, and copied cheaply, because records are never changed.

import type { DefinitionRow, Fence, SecretRow } from "../../ports/store.ts";
import type { RunId } from "../../value/id.ts";
import type { RunRecord } from "./run-record.ts";

export interface LeaseRecord {
  readonly node: string;
  readonly expiresAt: number;
  readonly ended: boolean;
}

export class MemoryTables {
  /** By `tenant/run`. */
  readonly runs: Map<string, RunRecord>;
  /** Keys of the runs that have not ended. */
  readonly open: Set<string>;
  /** By `tenant/start key in hexadecimal`. */
  readonly startKeys: Map<string, RunId>;
  readonly leases: Map<Fence, LeaseRecord>;
  /** By `tenant/name in hexadecimal/version`. */
  readonly definitions: Map<string, DefinitionRow>;
  /** By `tenant/name in hexadecimal`. */
  readonly secrets: Map<string, SecretRow>;
  lastFence: Fence;

  constructor(from: MemoryTables | null = null) {
    this.runs = new Map(from?.runs);
    this.open = new Set(from?.open);
    this.startKeys = new Map(from?.startKeys);
    this.leases = new Map(from?.leases);
    this.definitions = new Map(from?.definitions);
    this.secrets = new Map(from?.secrets);
    this.lastFence = from?.lastFence ?? 0;
  }

  /** The tables as they are now: what happens to one does not happen to the other. */
  copy(): MemoryTables {
    return new MemoryTables(this);
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
