// What a world saw of the inbox.

/** A start that was acknowledged as one that waits in the inbox. */
export interface Sent {
  readonly tenant: string;
  readonly order: string;
  readonly key: string | null;
  readonly item: string;
  readonly heardOrder: number;
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
  readonly state: "waiting" | "started" | "rejected" | "expired";
  readonly run: string | null;
  readonly reason: string | null;
  /** When it came, by the clock of the node that put it there. */
  readonly receivedAt: number;
}
