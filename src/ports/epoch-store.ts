// What the epochs of the engine's key ask of the store: which are there, who can still make which key, and what they wrapped.

import type { Place } from "./vault.ts";

/** `current`: wraps are made under it. `retiring`: they are only opened. `retired`: none is left, and none can come. */
export type EpochState = "current" | "retiring" | "retired";

export interface EpochRow {
  /** From 0 on; later ones are larger. At most one is current. */
  readonly epoch: number;
  readonly state: EpochState;
  /** Id of the epoch's key, 8 bytes: a node whose key has another id holds another chain. */
  readonly keyId: Uint8Array;
  /** When it became current, in milliseconds since 1970. */
  readonly begunAt: number;
}

/** A node is registered until somebody removes it: one that is dead has still its key file. */
export interface NodeRow {
  readonly node: string;
  readonly leaseEndsAt: number;
  /** The oldest epoch whose key its file can make, as it said last. */
  readonly reportedEpoch: number;
}

export type NodeForgotten = "forgotten" | "unknown" | "alive" | "needed";

export interface EpochView {
  readonly epochs: readonly EpochRow[];
  readonly nodes: readonly NodeRow[];
}

/**
 * A data key that the engine's key wrapped, beside the row that it opens: its first byte says what it is, the next 8 are
 * the id of the epoch's key. The store keeps them as `live` of runs, definitions, secrets, events that came in, and grants.
 */
export interface EngineWrap {
  readonly place: Place;
  readonly wrapped: Uint8Array;
}

export interface WrapReplacement extends EngineWrap {
  /** Null when it does not open and is to go. */
  readonly by: Uint8Array | null;
}

/**
 * Each call is one transaction, durable when it resolves. One advisory lock orders them: whatever inserts a wrap or a
 * session holds it shared until it has committed and is refused unless the epoch is current *while it holds it* (the fence);
 * what ends an epoch holds it exclusively. A store with a single writer has this order by itself, and only checks.
 */
export interface EpochStore {
  /** One moment's rows, in any order. */
  readEpochs(): Promise<EpochView>;
  /**
   * Exclusive. Makes `next` current and `after`, which must be current, retiring. False, and nothing changes, when `after`
   * is not the current one (null: when there is one), when another is retiring still, or `next` is not later than all.
   */
  beginEpoch(next: Omit<EpochRow, "state">, after: number | null): Promise<boolean>;
  /** At most `limit` of what is wrapped under `epoch`, sessions excepted. */
  wrapsOf(epoch: number, limit: number): Promise<readonly EngineWrap[]>;
  /** Shared. Replaces those that are still as they were. False, and nothing changes, when `epoch` is not current. */
  replaceWraps(epoch: number, replacements: readonly WrapReplacement[]): Promise<boolean>;
  /** Exclusive. Marks a retiring epoch retired; false when a wrap or a session is left under it. */
  retireEpoch(epoch: number): Promise<boolean>;
  /**
   * Exclusive. Marks an epoch retired whose key nobody can make any more, and deletes what is left under it. False, and
   * nothing changes, unless every registered node reports a later one.
   */
  abandonEpoch(epoch: number): Promise<boolean>;
  /** Registers the node, if it is not, and notes what it says of its key file; also when that is less than before. */
  reportEpoch(node: string, epoch: number): Promise<void>;
  /**
   * Exclusive. Removes a node from those that are registered, so that no epoch waits for it any more. Nothing changes when
   * there is none (`unknown`), its lease lasts at `now` (`alive`), or no other can make the key of an epoch that is not
   * retired (`needed`). One that comes back registers again.
   */
  forgetNode(node: string, now: number): Promise<NodeForgotten>;
}
