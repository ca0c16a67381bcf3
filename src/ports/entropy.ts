// Randomness, as the engine asks for it.

export interface Entropy {
  /** `count` bytes, unpredictable in production, drawn from the seed in simulation. */
  bytes(count: number): Uint8Array;
}
