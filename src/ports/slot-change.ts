// What an append does about the places that runs of one key share.

/**
 * A place among the runs of one key of the tenant. `take`: refused with `slot_taken` unless those who hold one and those
 * who wait and came before are fewer than `limit`; who holds one keeps it. `queue`: waits at the end of the line, and is
 * poked at once when a place has become free for it. `release`: gives up the place, or the wait, and those who are next are
 * poked. `pass`: as `take`, by a run that ends with the same append, and given up at once. A run that ends gives up
 * nothing by itself.
 *
 * `passesAttended`: nobody can open the attended runs of the tenant now. Those that wait keep their places in line, but are
 * passed over: they do not count as having come before, and besides those who are next, those are poked who are next without them.
 */
export interface SlotChange {
  readonly key: Uint8Array;
  readonly limit: number;
  readonly action: "take" | "queue" | "release" | "pass";
  readonly passesAttended: boolean;
}
