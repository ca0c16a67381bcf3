// Who goes on next: every task of the model stops at each step, and the walk's generator picks one.

import type { Prng } from "../../src/simulation/prng.ts";

/** A node between a start and its crash. What belongs to a life ends with it, in the middle of whatever it did. */
export interface Life {
  readonly node: string;
  /** How eagerly it is picked: 1 for most, less for one that lags. */
  readonly pace: number;
}

interface Waiting {
  readonly life: Life;
  readonly pace: number;
  readonly go: () => void;
}

export class Schedule {
  #waiting: Waiting[] = [];

  /** Resolves when the task may take its next step; never, when its life has ended. @param pace of the task within its node */
  step(life: Life, pace = 1): Promise<void> {
    return new Promise((go) => this.#waiting.push({ life, pace: pace * life.pace, go }));
  }

  end(life: Life): void {
    this.#waiting = this.#waiting.filter((one) => one.life !== life);
  }

  /** Lets one task go to its next step; false when there is none. */
  async advance(prng: Prng): Promise<boolean> {
    if (this.#waiting.length === 0) return false;
    let index = prng.between(0, this.#waiting.length - 1);
    while (!prng.chance(this.#waiting[index]?.pace ?? 1)) {
      index = prng.between(0, this.#waiting.length - 1);
    }
    const [next] = this.#waiting.splice(index, 1);
    next?.go();
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }
}
