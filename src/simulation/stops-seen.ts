// What of a world tells whether engines hold on to what they need, and to that alone.

/** A run that was kept in memory without need. */
export interface Overstayed {
  readonly run: string;
  /** By the world's clock. */
  readonly since: number;
  readonly dueAt: number | null;
}

/** The disk failed or was slow: runs by place (`tenant/run`) whose events were written or read, or null for what all runs need. */
export interface StoreTrouble {
  readonly at: number;
  readonly places: readonly string[] | null;
}

/** An engine was told to stop. */
export interface StopSeen {
  readonly process: number;
  /** By the clock of its node. */
  readonly at: number;
  /** By the world's clock. */
  readonly worldAt: number;
  readonly order: number;
}
