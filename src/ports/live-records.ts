// What the engine alone may open from now on.

import type { RunId } from "../value/id.ts";

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

/**
 * An ended run at the top that another run needs: until the end of that it is not forgotten, and keeps `live`. One that is
 * not there any more is passed over.
 */
export interface KeptRun {
  readonly run: RunId;
  /** As it was seen. */
  readonly key: Uint8Array;
  /** The key as the engine alone may open it; null when it may not. */
  readonly live: Uint8Array | null;
}

/** A version of a workflow, by the keyed hash of its name. */
export interface DefinitionName {
  readonly name: Uint8Array;
  readonly version: number;
}
