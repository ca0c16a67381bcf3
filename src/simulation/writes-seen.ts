// What the disk gave and took: leases, and appends.

/** A lease given by the disk. */
export interface LeaseOpened {
  readonly fence: number;
  readonly order: number;
}

/** An append that the disk took. */
export interface Written {
  readonly tenant: string;
  readonly run: string;
  readonly fence: number;
  readonly process: number;
  /** By the world's clock. */
  readonly at: number;
  readonly order: number;
  /** Of its events, and what the row says since. */
  readonly lastSeq: number;
  readonly status: string;
}
