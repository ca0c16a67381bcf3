// What those who followed a tenant's streams were told, and what the disk took meanwhile.

/** A follower of what comes by hooks: one line, over as many connections as it took. */
export interface DeliveriesFollowed {
  readonly tenant: string;
  /** What was stored since is in the line. */
  readonly beganOrder: number;
  /** What was stored before was told at the end; null for one who did not come to the end. */
  endOrder: number | null;
  /** Ids, as they were told. */
  readonly told: string[];
}

/** A delivery that the disk took. */
export interface DeliveryStored {
  readonly tenant: string;
  readonly id: string;
  readonly order: number;
}

/** One connection of a follower of runs that end badly; times by the world's clock. */
export interface FailuresFollowed {
  readonly tenant: string;
  readonly process: number;
  /** When he was told to load the list: from then on all is told. */
  fromAt: number | null;
  toAt: number;
  readonly told: { readonly run: string; readonly at: number }[];
}

export interface StreamsSeen {
  readonly deliveries: readonly DeliveriesFollowed[];
  readonly stored: readonly DeliveryStored[];
  readonly failures: readonly FailuresFollowed[];
}
