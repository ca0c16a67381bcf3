// The fence before what the engine's key wraps: it is stored only while the epoch that it names is current.

import type { Database } from "better-sqlite3";

interface Current {
  readonly epoch: number;
  readonly key_id: Uint8Array;
}

/** One writer is one order: the check needs no lock. The current epoch is kept in memory, since no other process changes it. */
export class EpochFence {
  readonly #read;
  #current: Current | null | undefined;

  constructor(database: Database) {
    this.#read = database.prepare<[], Current>("SELECT epoch, key_id FROM epoch WHERE state = 'current'");
  }

  /** Whether a wrap, if there is one, may be inserted. */
  admits(live: Uint8Array | null): boolean {
    if (live === null) return true;
    const current = this.#find();
    return current !== null && Buffer.compare(live.subarray(1, 9), current.key_id) === 0;
  }

  isCurrent(epoch: number): boolean {
    return this.#find()?.epoch === epoch;
  }

  /** The epochs have changed, or may have. */
  forget(): void {
    this.#current = undefined;
  }

  #find(): Current | null {
    this.#current ??= this.#read.get() ?? null;
    return this.#current;
  }
}
