// The engine's keys of a simulated node: the epochs whose keys it can make, and the file in which that outlives it.

import type { EpochKeys } from "../../ports/epoch-keys.ts";

/** Of one node, whatever becomes of its processes. */
export interface SimKeyFile {
  oldest: number;
}

/** All nodes have the same chain. */
export class SimEpochKeys implements EpochKeys {
  readonly #file: SimKeyFile;
  #oldest: number;
  #current: number;

  constructor(file: SimKeyFile) {
    this.#file = file;
    this.#oldest = file.oldest;
    this.#current = file.oldest;
  }

  get oldest(): number {
    return this.#oldest;
  }

  get current(): number {
    return this.#current;
  }

  advanceTo(epoch: number): void {
    this.#current = Math.max(this.#current, epoch);
  }

  id(epoch: number): Uint8Array {
    const id = new Uint8Array(8);
    new DataView(id.buffer).setFloat64(0, epoch);
    return id;
  }

  /** As in earnest: what another process of this node has given up meanwhile does not come back. */
  ratchetTo(epoch: number): void {
    if (epoch <= this.#oldest) return;
    this.#file.oldest = Math.max(this.#file.oldest, epoch);
    this.#oldest = epoch;
  }

  /** What the engine may open, as bytes that name the present epoch. */
  wrap(text: Uint8Array): Uint8Array {
    return new Uint8Array([1, ...this.id(this.#current), ...text]);
  }

  /** Null when the epoch's key was given up. */
  unwrap(wrapped: Uint8Array): Uint8Array | null {
    return simEpochOf(wrapped) < this.#oldest ? null : wrapped.subarray(9);
  }
}

/** Under which epoch it is wrapped: for those who judge the disk. */
export function simEpochOf(wrapped: Uint8Array): number {
  return new DataView(wrapped.buffer, wrapped.byteOffset).getFloat64(1);
}
