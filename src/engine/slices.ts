// Long computations in slices, so that the event loop and other tenants go on meanwhile.

import type { Clock } from "../ports/clock.ts";
import type { TenantId } from "../value/id.ts";

/** A computation that can be broken off wherever it yields, and gone on with later. It yields every few milliseconds at least. */
export type Work<Result> = Generator<undefined, Result, undefined>;

/** A slice ends when this many milliseconds have passed, and after so many yields where the clock stands still meanwhile. */
const sliceMs = 4;
const yieldsMax = 64;

/** Characters or bytes: what is no longer is done in one go, in a few milliseconds whatever it is. */
export const lengthInOneGo = 64 * 1024;

interface Job {
  /** False when it is over. */
  readonly goOn: () => boolean;
  readonly isWanted: () => boolean;
}

/** What is short enough to be done in one go. */
export function atOnce<Result>(work: Work<Result>): Result {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

/**
 * One slice a turn of the loop, however many wait for theirs. Tenants take turns; of one tenant one computation is done
 * after the other, so that no more than one of them has its memory.
 */
export class Slices {
  readonly #clock: Clock;
  /** In the order of their turns; no list is empty. */
  readonly #jobs = new Map<TenantId, Job[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins later than this call returns. Rejects with what `work` throws; stays open when it is not wanted any more. */
  do<Result>(tenant: TenantId, work: Work<Result>, isWanted: () => boolean = () => true): Promise<Result> {
    return new Promise((resolve, reject) => {
      const goOn = () => {
        try {
          const next = work.next();
          if (next.done !== true) return true;
          resolve(next.value);
        } catch (error) {
          reject(error);
        }
        return false;
      };
      const jobs = this.#jobs.get(tenant);
      if (jobs !== undefined) jobs.push({ goOn, isWanted });
      else this.#jobs.set(tenant, [{ goOn, isWanted }]);
      if (jobs === undefined && this.#jobs.size === 1) this.#arm();
    });
  }

  #arm(): void {
    this.#clock.wakeAt(this.#clock.now(), () => this.#turn());
  }

  #turn(): void {
    for (const [tenant, jobs] of this.#jobs) {
      const [job] = jobs;
      if (job !== undefined && this.#slice(job)) {
        this.#jobs.delete(tenant);
        this.#jobs.set(tenant, jobs);
      } else {
        jobs.shift();
        this.#jobs.delete(tenant);
        if (jobs.length > 0) this.#jobs.set(tenant, jobs);
      }
      break;
    }
    if (this.#jobs.size > 0) this.#arm();
  }

  /** False when the job is over. */
  #slice({ goOn, isWanted }: Job): boolean {
    if (!isWanted()) return false;
    const end = this.#clock.now() + sliceMs;
    for (let yields = 0; yields < yieldsMax && this.#clock.now() < end; yields++) if (!goOn()) return false;
    return true;
  }
}
