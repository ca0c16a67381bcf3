// What the store gives of the data keys of a tenant, and how they are replaced while the tenant's key is rotated.

import type { RunId, TenantId } from "../value/id.ts";
import type { BodyChunk, Page } from "./store.ts";

/** Kinds of records that keep a data key, in the order in which a rotation looks at them: a child after its root. */
export const keyKinds = [
  "run",
  "child",
  "definition",
  "secret",
  "trigger",
  "incoming",
  "inbox",
  "hook",
  "delivery",
  "grant",
  "audit",
] as const;
export type KeyKind = (typeof keyKinds)[number];

export interface KeptRecord {
  readonly kind: KeyKind;
  /**
   * Its own identity within tenant and kind: the id of a run, item, hook, delivery or grant, the number of an audit entry, else the
   * keyed hash of its name in hexadecimal.
   */
  readonly row: string;
  /** Of a definition, secret or trigger; 0 of any other. */
  readonly version: number;
  /** Of a trigger, among the triggers of the document; 0 of any other. */
  readonly place: number;
  /**
   * What its key is bound to, where that is not `row`: of an item that is an event the event's id, of an audit entry its
   * body. Null of any other.
   */
  readonly origin: Uint8Array | null;
  /** The wrapped data key; of a trigger the whole of `sealed`, at whose front it stands. */
  readonly key: Uint8Array;
  /** Null unless it was asked for. */
  readonly whole: WholeRecord | null;
}

export interface WholeRecord {
  readonly live: Uint8Array | null;
  /** What the data key seals: of a run its card, and its batches besides; empty for a trigger, and for an item that started. */
  readonly sealed: Uint8Array;
  /** Of a child: the run at the top. */
  readonly root: RunId | null;
  /** Of a run: its last seq. 0 of any other. */
  readonly lastSeq: number;
  /** False for a run that has not ended, or that is held or due again, and for an audit entry: it keeps its data key. */
  readonly quiet: boolean;
}

/** A record under another wrap of its data key, or under another data key. */
export interface KeyChange {
  readonly record: KeptRecord;
  readonly key: Uint8Array;
  /** With another data key: all that it seals, sealed anew. */
  readonly fresh: FreshRecord | null;
}

export interface FreshRecord {
  readonly live: Uint8Array | null;
  readonly sealed: Uint8Array;
  /** All batches of a run. */
  readonly batches: readonly { readonly lastSeq: number; readonly sealed: Uint8Array }[];
  /** All chunks of its bodies; absent for none. */
  readonly chunks?: readonly BodyChunk[];
}

/** The last rotation of a tenant's key. */
export interface RotationRow {
  readonly tenant: TenantId;
  /** Generations of the key. */
  readonly from: number;
  readonly to: number;
  /** Quiet records get fresh data keys, too. */
  readonly deep: boolean;
  /** How keys begin that were wrapped for the new generation: others are not taken any more, from the beginning on. */
  readonly marks: readonly Uint8Array[];
  /** The old wrapping key, sealed under the new one; null when the rotation is over. */
  readonly previous: Uint8Array | null;
  /** Up to where records have been looked at; null at the beginning. */
  readonly cursor: string | null;
  /** How many there were at the beginning, and how many have been looked at. */
  readonly records: number;
  readonly done: number;
  readonly startedAt: number;
  /** Null while it is under way. */
  readonly endedAt: number | null;
}

/** Where a rotation stands after a page. Taken only if it stood at `before`. */
export interface RotationStep {
  /** Of the key: which rotation it is. */
  readonly to: number;
  readonly before: string | null;
  readonly after: string | null;
  /** Records looked at since. */
  readonly done: number;
  /** When it is over: the old wrapping key is then forgotten. */
  readonly endedAt: number | null;
}

/**
 * As of the store: every write is durable when its promise resolves. From the transaction that begins a rotation
 * (`HandshakeUse.rotation`) no record is inserted whose key was wrapped for a generation before; so whoever lists all
 * records once after that has seen every one that is to be replaced.
 */
export interface KeyStore {
  /** In a stable order over all kinds; a page may have fewer than `limit`, or none, before the last. @param whole with what the keys seal, but for the batches of runs */
  list(tenant: TenantId, cursor: string | null, limit: number, whole: boolean): Promise<Page<KeptRecord>>;
  /** Records whose key was sealed while nobody was signed in: it begins with the byte 3. */
  listSealed(tenant: TenantId, limit: number): Promise<readonly KeptRecord[]>;
  /** About, while records come and go. */
  count(tenant: TenantId): Promise<number>;
  /**
   * All in one transaction. A record whose key is another meanwhile is passed over, and with `fresh` also one that is no
   * longer as it was listed, that is not quiet, or whose `live` is wrapped under an epoch that is not current. Gives how many were replaced; null, with nothing changed, when the rotation is not where
   * `step` says that it was.
   */
  replace(tenant: TenantId, changes: readonly KeyChange[], step: RotationStep | null): Promise<number | null>;
  readRotation(tenant: TenantId): Promise<RotationRow | null>;
}

/** Whether a key begins as those do that may be inserted since a rotation began; a key that is not there always does. */
export function isMarked(marks: readonly Uint8Array[], key: Uint8Array): boolean {
  return key.length === 0 || marks.some((mark) => mark.every((byte, index) => byte === key[index]));
}

/** A key begins with this many bytes that say how, and by which key, it was wrapped. */
export const keyMarkBytes = 9;
/** The first byte of a key that was sealed while nobody was signed in. */
export const sealedMark = 3;

/** The key at the front of a trigger's `sealed`, behind its length in two bytes. */
export function keyOfTrigger(sealed: Uint8Array): Uint8Array {
  const length = ((sealed[0] as number) << 8) | (sealed[1] as number);
  return sealed.subarray(2, 2 + length);
}
