// Randomness from the seed.

import type { Entropy } from "../../ports/entropy.ts";
import type { Prng } from "../prng.ts";

export class SimEntropy implements Entropy {
  readonly #prng: Prng;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let index = 0; index < count; index++) bytes[index] = this.#prng.next() & 0xff;
    return bytes;
  }
}
