// Randomness from the system, drawn in pages, because a system call for each nonce costs more than sealing.

import { randomFillSync } from "node:crypto";
import type { Entropy } from "../ports/entropy.ts";
import { secretBytes, secretCopy } from "../value/secret-bytes.ts";

const pageBytes = 8192;
/** Nothing shorter is a key: nonces and ids, which stand in the clear beside what is sealed, may lie in the heap. */
const keyBytesMin = 16;

/** Bytes that were handed out are erased from the page. Larger requests than a quarter page bypass it. */
export class PooledEntropy implements Entropy {
  readonly #page = new Uint8Array(pageBytes);
  #used = pageBytes;

  bytes(count: number): Uint8Array {
    if (count > pageBytes / 4) return randomFillSync(secretBytes(count));
    if (this.#used + count > pageBytes) {
      randomFillSync(this.#page);
      this.#used = 0;
    }
    const [from, to] = [this.#used, this.#used + count];
    const taken =
      count < keyBytesMin ? this.#page.slice(from, to) : secretCopy(this.#page.subarray(from, to));
    this.#page.fill(0, from, to);
    this.#used = to;
    return taken;
  }
}
