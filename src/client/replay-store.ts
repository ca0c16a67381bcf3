// What has come already: signatures that were taken, until they are too old to be taken again.

/** Kept by the service: in memory for one process, in a shared store for several. */
export interface ReplayStore {
  /**
   * False when `key` is there already; else it is there from now on, in one step.
   * @param expires seconds since 1970: it may be forgotten from then on
   */
  add(key: string, expires: number): boolean | Promise<boolean>;
}

/** So many are kept before those that have expired are looked for, and then whenever they have doubled. */
const keysBefore = 1_000;

/** @param now milliseconds since 1970 */
export function memoryReplayStore(now: () => number = Date.now): ReplayStore {
  const keys = new Map<string, number>();
  let sweepAt = keysBefore;
  return {
    add(key, expires) {
      if (keys.has(key)) return false;
      if (keys.size >= sweepAt) {
        for (const [old, until] of keys) if (until * 1_000 <= now()) keys.delete(old);
        sweepAt = Math.max(keysBefore, keys.size * 2);
      }
      keys.set(key, expires);
      return true;
    },
  };
}
