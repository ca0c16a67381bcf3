// What the engine alone may open from now on.

/** What an active run may need while nobody is signed in. */
export interface LiveRecords {
  readonly definitions: readonly LiveRecord[];
  readonly secrets: readonly LiveRecord[];
}

export interface LiveRecord {
  /** Keyed hash of its name. */
  readonly name: Uint8Array;
  readonly version: number;
  /** As it was seen: a row with another is passed over. */
  readonly key: Uint8Array;
  readonly live: Uint8Array;
}
