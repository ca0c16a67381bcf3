// Randomness, as keys and handshakes ask for it: always an argument, so that a test vector can be what it draws.

export interface Randomness {
  /** `count` bytes that nobody can guess, fresh at every call. The port `Entropy` is one. */
  bytes(count: number): Uint8Array;
}
