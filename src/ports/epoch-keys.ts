// The engine's keys as the protocol of epochs uses them: a chain that goes forward only.

export interface EpochKeys {
  /** The oldest epoch whose key can still be made: durably so, no earlier one can come back. */
  readonly oldest: number;
  /** Has wraps made under `epoch`; an earlier one than before changes nothing. What was wrapped in later ones opens, too. */
  advanceTo(epoch: number): void;
  /** 8 bytes that name the key of `epoch` in what it wraps, be it known yet or not. Errors: `locked` for one that was given up. */
  id(epoch: number): Uint8Array;
  /** Gives up the keys of all epochs before; durable when it returns. */
  ratchetTo(epoch: number): void;
}
