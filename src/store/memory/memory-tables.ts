// The tables of the memory store: synchronous, deterministic, and copied cheaply, because records are never changed.

import type { DefinitionRow, Fence, SecretRow, TriggerRow } from "../../ports/store.ts";
import type { RunId } from "../../value/id.ts";
import type { IncomingRecord } from "./incoming.ts";
import type { RunRecord } from "./run-record.ts";
import type { SlotEntry } from "./slots.ts";

export interface LeaseRecord {
  readonly node: string;
  readonly expiresAt: number;
  readonly ended: boolean;
}

export class MemoryTables {
  /** By `tenant/run`. */
  readonly runs: Map<string, RunRecord>;
  /** Keys of the runs that have not ended, or are due or held again. */
  readonly open: Set<string>;
  /** By `tenant/start key in hexadecimal`. */
  readonly startKeys: Map<string, RunId>;
  readonly leases: Map<Fence, LeaseRecord>;
  /** By `tenant/name in hexadecimal/version`. */
  readonly definitions: Map<string, DefinitionRow>;
  /** By `tenant/name in hexadecimal`. */
  readonly secrets: Map<string, SecretRow>;
  /** By `tenant/key in hexadecimal`. */
  readonly slots: Map<string, readonly SlotEntry[]>;
  /** By `tenant/workflow in hexadecimal/place`. */
  readonly triggers: Map<string, TriggerRow>;
  /** By `tenant/id in hexadecimal`, in the order of arrival. */
  readonly incoming: Map<string, IncomingRecord>;
  lastFence: Fence;

  constructor(from: MemoryTables | null = null) {
    this.runs = new Map(from?.runs);
    this.open = new Set(from?.open);
    this.startKeys = new Map(from?.startKeys);
    this.leases = new Map(from?.leases);
    this.definitions = new Map(from?.definitions);
    this.secrets = new Map(from?.secrets);
    this.slots = new Map(from?.slots);
    this.triggers = new Map(from?.triggers);
    this.incoming = new Map(from?.incoming);
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
