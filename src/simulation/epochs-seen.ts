// What a world saw of the epochs of the engine's key.

export interface EpochsSeen {
  /** How long each is current. */
  readonly lengthMs: number;
  /** Somebody signed in by a handshake: the row of that session stands to the end. */
  readonly heldBySessions: boolean;
  readonly retiredAt: readonly number[];
  /** What was wrapped under a retired one: when that was first seen. */
  readonly stale: readonly StaleWrap[];
}

export interface StaleWrap {
  readonly row: string;
  readonly epoch: number;
  readonly at: number;
}
