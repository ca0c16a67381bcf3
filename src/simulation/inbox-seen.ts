// What a world saw of the inbox.

/** A start that was acknowledged as one that waits in the inbox. */
export interface Sent {
  readonly tenant: string;
  readonly order: string;
  readonly key: string | null;
  readonly item: string;
  readonly heardOrder: number;
}

/** What the engine asked the disk to let wait, whether or not it came to that. */
export interface ItemPut {
  readonly tenant: string;
  readonly item: string;
  readonly kind: string;
  /** By which it came, or null. */
  readonly hook: string | null;
  /** Of the workflow that it is to start; null for the highest. */
  readonly version: number | null;
  /** Before this, by the world's clock, nothing asked for it: its sender, its event or its due time came then. */
  readonly sinceAt: number;
  /** By the world's clock, and by that of the node. */
  readonly askedAt: number;
  readonly clock: number;
}

/** What the disk made of an item, beside what waited there before. */
export interface ItemJudged {
  readonly item: string;
  readonly kind: string;
  readonly hook: string | null;
  readonly taken: boolean;
  /** Length of what is sealed of it. */
  readonly size: number;
  /** Of those that waited: how many of the same hook, or without one; and their length, and that of all of the tenant. */
  readonly alike: number;
  readonly alikeBytes: number;
  readonly allBytes: number;
}

/** What may wait; the number of items is that of those without a hook. */
export interface RoomGiven {
  readonly items: number;
  readonly hookBytes: number;
  readonly bytes: number;
}

/** An item of the inbox as it stands on the disk. */
export interface DurableItem {
  readonly tenant: string;
  readonly item: string;
  /** Its place in the line. */
  readonly number: number;
  readonly kind: string;
  /** By which it came, or null. */
  readonly hook: string | null;
  /** That it is to start; null for what is for a run. */
  readonly workflow: string | null;
  readonly state: "waiting" | "started" | "rejected" | "expired";
  readonly run: string | null;
  readonly reason: string | null;
  /** When it came, by the clock of the node that put it there. */
  readonly receivedAt: number;
}
