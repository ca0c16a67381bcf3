// How many jobs of its batch a process has begun.

/**
 * The bytes by which a process tells that it begins come by another way than its answers, and may come after them. So all of
 * them are counted since its start, and those of the batches before are taken off: a late byte is never one of the next batch.
 */
export class BegunJobs {
  #told = 0;
  #before = 0;

  /** Of the present batch. */
  get count(): number {
    return Math.max(0, this.#told - this.#before);
  }

  tell(bytes: number): void {
    this.#told += bytes;
  }

  /** The present batch is over; `begun` of its jobs were begun. */
  endBatch(begun: number): void {
    this.#before += begun;
  }
}
